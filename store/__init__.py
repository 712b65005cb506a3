"""Two stores behind the ports of `domain.ports`: time series and ledger."""
