"""The estimator held against projects that others published: see docs/model.md."""
