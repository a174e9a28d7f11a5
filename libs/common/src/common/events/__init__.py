"""Events out (outbox, relay) and in (inbox, consumers, dead letters), on JetStream."""
