"""The program `occoder`, with the stand-in coder in place of trained models."""

from stand_in_coder import load_stand_in

import occoder
from occoder.cli.main import main

if __name__ == "__main__":
    occoder.load = load_stand_in
    main()
