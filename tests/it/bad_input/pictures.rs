//! Pictures and fonts that are not what they say.

use reelpress_tests::press::changed;
use serde_json::Value;

use super::{delivered, feed_file, held, life, press, release, rss};

const RECORDS: &str = r#"
[[media]]
file = "octopus.png"
source = "own"
licence = "own"
uses = ["commercial"]
tags = ["octopus", "heart", "hearts", "three", "blood", "gills"]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_picture_is_named_and_not_picked_again() {
    let config = super::config(&feed_file("facts")) + "\n[media]\nplaces = [\"library\"]\n";
    let press = press("");
    press.configure(&config);
    press.write("facts.xml", rss(1));
    std::fs::create_dir(press.path("library")).unwrap();
    press.write("library/licences.toml", RECORDS);
    press.write("library/octopus.png", b"\x89PNG\r\n\x1a\nand then nothing of the sort");
    let mut daemon = press.start();
    daemon.ready().await;
    let (id, reason) = held(&press, &daemon).await;
    assert!(reason.contains("octopus.png is damaged: ") && reason.ends_with("(corrupt_picture)"), "{reason}");
    assert!(reason.contains("(replace it)"), "says what to do: {reason}");
    assert!(life(&press, &id).contains("failed assemble, try 1: "), "{}", life(&press, &id));

    // Still corrupt: the picker passes it over.
    release(&press, &id);
    delivered(&press, &daemon, 1).await;
    let post = std::fs::read_to_string(press.posts()[0].join("post.json")).unwrap();
    let post: Value = serde_json::from_str(&post).unwrap();
    assert!(!post.to_string().contains("octopus.png"), "{post:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_font_is_named_and_the_item_goes_on_once_the_look_is_mended() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let look = std::fs::read_to_string(root.join("templates/library/explainer.toml")).unwrap();
    let bare = changed(&look, "[fonts.headline]", "[fonts.headline]\nfamilies = [\"Nobody Sans\"]");
    let press = press("");
    let templates = "preset = \"ultrafast\"\ntemplates = \"looks\"";
    press.configure(&super::config(&feed_file("facts")).replace("preset = \"ultrafast\"", templates));
    press.write("facts.xml", rss(1));
    std::fs::create_dir(press.path("looks")).unwrap();
    press.write("looks/explainer.toml", bare);
    let mut daemon = press.start();
    daemon.ready().await;
    let (id, reason) = held(&press, &daemon).await;
    assert!(reason.contains("Nobody Sans") && reason.contains("apt-get install"), "{reason}");
    press.write("looks/explainer.toml", look);
    release(&press, &id);
    delivered(&press, &daemon, 1).await;
}
