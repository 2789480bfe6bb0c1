"""What all tests share."""

from hypothesis import settings

# The first example of a test may compile a kernel, which takes as long as it takes.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
