use super::{check, is_public};

#[test]
fn addresses_that_are_not_public_are_refused_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[2001:db8::1]",
        "[100::1]",
        "[3fff::1]",
        "[::ffff:0:127.0.0.1]",
    ] {
        let url = format!("http://{host}/feed").parse().unwrap();
        assert!(check(&url, false).is_err(), "{host} ({url}) is let through");
        assert!(check(&url, true).is_ok(), "{host} ({url}) is refused though it is allowed");
    }
}

#[test]
fn public_addresses_are_let_through() {
    for host in [
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "[2606:4700::1111]",
        "[2001:4860:4860::8888]",
        "[::ffff:1.1.1.1]",
        "[2002:101:101::1]",
        "[64:ff9b::101:101]",
    ] {
        let url = format!("https://{host}/feed").parse().unwrap();
        assert_eq!(check(&url, false), Ok(()), "{host}");
    }
    assert!(!is_public("::1.1.1.1".parse().unwrap()), "IPv4-compatible addresses are not in use");
}

#[test]
fn only_http_and_https_are_spoken() {
    for address in ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:text/plain,x"] {
        assert!(check(&address.parse().unwrap(), true).is_err(), "{address}");
    }
}
