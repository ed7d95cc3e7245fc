"""Coverage-guided fuzzing of the wire decoder: ``make fuzz``. What is tested: :mod:`tests.lab.fuzz.promise`."""
