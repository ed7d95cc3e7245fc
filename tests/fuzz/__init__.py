"""Coverage-guided fuzzing of the wire decoder: ``make fuzz``. What is tested stands in :mod:`tests.fuzz.promise`."""
