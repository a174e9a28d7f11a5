"""The law as data and expressions: parameters, one module per decree, one evaluator."""
