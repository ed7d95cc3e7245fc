"""What is measured: each module is a program that does one thing once and prints what it took as a line of JSON."""
