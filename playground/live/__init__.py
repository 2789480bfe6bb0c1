"""From kernel to pixel: who works when, what viewers are sent, and who may drive."""
