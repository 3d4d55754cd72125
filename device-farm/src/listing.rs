//! The adb server's list of phones, as text: `SERIAL STATE key:value ...`, where the state may hold spaces.

/// What adb says about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AdbState {
    /// Ready for commands.
    Device,
    /// Known, does not answer.
    Offline,
    /// Waits for a person to tap "allow".
    Unauthorized,
    /// The key exchange is going on.
    Authorizing,
    /// The connection is being made.
    Connecting,
    /// This host may not open the USB device; the words are adb's hint.
    NoPermissions(String),
    /// Any other word, known (`recovery`, `sideload`, ...) or not.
    Other(String),
}

impl AdbState {
    fn parse(text: &str) -> Self {
        match text {
            "device" => Self::Device,
            "offline" => Self::Offline,
            "unauthorized" => Self::Unauthorized,
            "authorizing" => Self::Authorizing,
            "connecting" => Self::Connecting,
            text if text.starts_with("no permissions") => Self::NoPermissions(text.to_owned()),
            text => Self::Other(text.to_owned()),
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// adb's word for the connection: a serial number, or `address:port`.
    pub(crate) connection: String,
    /// Its state.
    pub(crate) state: AdbState,
    /// `model:`, underscores for spaces, if adb knows it.
    pub(crate) model: Option<String>,
}

/// Words that end the state and begin the details.
const DETAILS: [&str; 5] = ["usb:", "product:", "model:", "device:", "transport_id:"];

/// Reads the answer to `host:devices-l`. A line without a state is left out: it names nothing that could be used.
pub(crate) fn parse(text: &str) -> Vec<Listed> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Listed> {
    let mut words = line.split_whitespace();
    let connection = words.next()?.to_owned();
    let mut state = Vec::new();
    let mut model = None;
    let mut in_details = false;
    for word in words {
        in_details |= DETAILS.iter().any(|key| word.starts_with(key));
        if !in_details {
            state.push(word);
        } else if let Some(value) = word.strip_prefix("model:") {
            model = Some(value.to_owned());
        }
    }
    (!state.is_empty()).then(|| Listed { connection, state: AdbState::parse(&state.join(" ")), model })
}

#[cfg(test)]
mod tests;
