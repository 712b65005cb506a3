"""What planning runs say, and the managers’ decisions."""
