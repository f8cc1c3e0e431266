"""What torch computes, stored as numbers: an oracle that the tests can ask without having torch."""
