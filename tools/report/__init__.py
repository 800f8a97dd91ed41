"""The pages a person looks at, made from what the project knows about itself."""
