"""What makes a build fail, and what it says at its end."""
