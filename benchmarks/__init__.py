"""What the product costs in time, against floors measured in the same run."""
