"""What is wrong and why: the explanation of a judgement, and the doctor's probes."""
