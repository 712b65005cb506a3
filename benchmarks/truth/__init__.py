"""A month of faulty sensors through broker, codecs and stores, held against what was true."""
