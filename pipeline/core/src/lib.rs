//! The runtime: items, tickets, stages, the runner, bounded edges, ports, events.
