"""Testing with frameworks: strategies that draw them, and the laws that every one of them keeps."""
