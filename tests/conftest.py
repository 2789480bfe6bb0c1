"""What all tests share."""

from hypothesis import settings

# The first example of a test may compile a kernel, which takes as long as it takes.
# The same examples at every run: a suite that fails must fail for everybody.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
