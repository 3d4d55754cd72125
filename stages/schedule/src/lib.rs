//! Slots on accounts: windows, gaps, ramps and caps.
