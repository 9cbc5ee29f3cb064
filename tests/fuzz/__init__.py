"""All that reads bytes from outside, fed with anything: in the suite by hypothesis, in `make soak` by atheris."""
