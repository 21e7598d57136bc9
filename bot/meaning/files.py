"""Where the files of the encoder are. Apart from `build.py`, so that what runs needs none of the libraries that build."""

from pathlib import Path

FOLDER = Path(__file__).parent / "e5_small"
MODEL, PIECES, LETTERS = "encoder.onnx", "pieces.model", "letters.json"
