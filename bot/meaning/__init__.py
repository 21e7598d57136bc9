"""What a message means, as a vector: the sentence encoder, built once at installation (`build.py`) and run by ONNX Runtime."""
