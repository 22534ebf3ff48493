"""What is planned, as JSON values, the same for every face. Their shapes are in docs/schemas."""
