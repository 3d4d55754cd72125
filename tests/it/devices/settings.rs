//! Settings for the test phones.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use reelpress_config::{Deliver, Devices, Settings};

pub(crate) fn with_adb(adb: SocketAddr, timeout: Duration) -> Settings {
    Settings {
        deliver: Deliver { ahead: Duration::from_hours(1), ..Deliver::default() },
        devices: Devices {
            enabled: true,
            adb,
            lease: Duration::from_secs(60),
            timeout,
            pushes_per_hour: NonZeroU32::new(60).expect("it is not zero"),
            ..Devices::default()
        },
        ..Settings::default()
    }
}
