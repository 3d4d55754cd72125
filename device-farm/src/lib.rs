//! The fleet of test phones over adb: discovery, leases, pushes.
