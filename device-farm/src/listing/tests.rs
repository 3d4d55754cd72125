use super::*;

fn check(text: &str, expected: &[(&str, AdbState, Option<&str>)]) {
    let found = parse(text);
    let found: Vec<_> =
        found.iter().map(|line| (line.connection.as_str(), line.state.clone(), line.model.as_deref())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_phone_that_is_ready_has_a_state_and_a_model() {
    check(
        "127.0.0.1:16000        device product:simfone model:Sim_Phone_0 device:sim transport_id:1\n",
        &[("127.0.0.1:16000", AdbState::Device, Some("Sim_Phone_0"))],
    );
}

#[test]
fn a_state_may_hold_spaces_and_does_not_hide_the_other_phones() {
    let hint = "no permissions (user in plugdev group; are your udev rules wrong?); see [http://developer.android.com/tools/device.html]";
    check(
        &format!("0123 {hint} usb:1-2 transport_id:3\nABC offline transport_id:4\n"),
        &[("0123", AdbState::NoPermissions(hint.to_owned()), None), ("ABC", AdbState::Offline, None)],
    );
}

#[test]
fn a_state_nobody_has_heard_of_is_kept_as_it_is() {
    check("X1 half asleep transport_id:9\n", &[("X1", AdbState::Other("half asleep".to_owned()), None)]);
}

#[test]
fn lines_without_a_state_are_left_out() {
    check("\n   \nX1\nX2 transport_id:2\n", &[]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic_or_invent_lines(text in "(?s).{0,400}") {
        proptest::prop_assert!(parse(&text).len() <= text.lines().count());
    }
}
