//! The media library from the command line: what may be used, what is wrong, and where a file went.

use reelpress_tests::press::{Press, QUICK};
use reelpress_tests::topics;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{PROGRAM, all_delivered, printed, told};

const RECORDS: &str = r#"
[[media]]
file = "sea/light.png"
source = "https://example.org/1"
licence = "CC-BY-4.0"
uses = ["commercial", "editorial"]
attribution = "A. Painter"
tags = ["lighthouse"]

[[media]]
file = "old-light.png"
source = "https://example.org/2"
licence = "rented"
uses = ["commercial"]
expires = 2020-01-31
tags = ["lighthouse", "Norway", "painter", "village", "bench", "winter"]

[[media]]
file = "news-light.png"
source = "https://example.org/3"
licence = "press"
uses = ["editorial"]
tags = ["lighthouse", "Norway", "painter", "village", "bench", "winter"]
"#;

fn press() -> Press {
    let config = QUICK.to_owned() + &topics::feed("facts", "topics.csv") + "\n[media]\nplaces = [\"library\"]\n";
    let press = Press::new(PROGRAM, &config);
    press.write("topics.csv", topics::csv(0..1));
    std::fs::create_dir_all(press.path("library/sea")).unwrap();
    press.write("library/licences.toml", RECORDS);
    let picture = image::RgbImage::from_fn(60, 80, |x, y| image::Rgb([x as u8 * 4, y as u8 * 3, 90]));
    for name in ["sea/light.png", "old-light.png", "news-light.png", "lighthouse-of-norway.png"] {
        picture.save(press.path("library").join(name)).unwrap();
    }
    press
}

fn uses(press: &Press, file: &str) -> Vec<Value> {
    press.json(&["media", "where-used", file, "--json"]).as_array().unwrap().clone()
}

#[test]
fn the_list_says_which_files_may_be_used_and_the_check_names_what_is_wrong() {
    let press = press();
    let list = press.run(&["media", "list"]);
    assert_eq!(list.status.code(), Some(0), "{}", told(&list));
    insta::assert_snapshot!(printed(&list), @r"
    FILE                      KIND     LICENCE    EXPIRES     USES                  STATE
    lighthouse-of-norway.png  picture  -          -           -                     it has no record in licences.toml
    news-light.png            picture  press      -           editorial             its licence does not allow the use `commercial`
    old-light.png             picture  rented     2020-01-31  commercial            its licence ran out on 2020-01-31
    sea/light.png             picture  CC-BY-4.0  -           commercial,editorial  ok
    ");
    let barred = press.json(&["media", "list", "--barred", "--kind", "picture", "--json"]);
    let barred: Vec<&str> = barred.as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(barred, ["lighthouse-of-norway.png", "news-light.png", "old-light.png"]);

    let check = press.run(&["media", "check"]);
    assert_eq!(check.status.code(), Some(1));
    let home = press.path("library").display().to_string();
    insta::assert_snapshot!(printed(&check).replace(&home, "LIB"), @r"
    library/lighthouse-of-norway.png: it has no record in licences.toml
    library/old-light.png: its licence ran out on 2020-01-31
    ");
    press.write("library/licences.toml", RECORDS.replace("tags = [\"lighthouse\"]", "tag = [\"lighthouse\"]"));
    let check = press.run(&["media", "check"]);
    assert!(printed(&check).contains("licences.toml:8:1: `tag` is not a key of a record (did you mean `tags`?)"));
    press.write("library/licences.toml", "[[media]\n");
    let check = press.run(&["media", "check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(printed(&check).contains("licences.toml:1:9: "), "{}", printed(&check));
    let config = press.run(&["check"]);
    assert_eq!(config.status.code(), Some(78), "{}", told(&config));
    assert!(told(&config).contains("licences.toml:1:9: "), "{}", told(&config));

    let fine: String = RECORDS.split("\n\n").take(1).collect();
    press.write("library/licences.toml", fine);
    for name in ["old-light.png", "news-light.png", "lighthouse-of-norway.png"] {
        std::fs::remove_file(press.path("library").join(name)).unwrap();
    }
    assert_eq!(press.run(&["media", "check"]).status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_file_went_is_known_with_the_daemon_running_or_not() {
    let press = press();
    let mut daemon = press.start();
    daemon.ready().await;
    let posts = all_delivered(&press, &daemon, 1).await;
    let post = posts.values().next().unwrap();
    let file = json!({
        "origin": "file", "kind": "picture", "file": "sea/light.png", "licence": "CC-BY-4.0",
        "attribution": "A. Painter", "source": "https://example.org/1",
    });
    let pictures = post["provenance"]["cut"]["pictures"].as_array().unwrap();
    let shown = pictures.iter().filter(|one| one["origin"] == "file").collect::<Vec<_>>();
    assert_eq!(shown.len(), 1, "only the licensed one, and once: {pictures:#?}");
    for key in ["kind", "file", "licence", "attribution", "source"] {
        assert_eq!(shown[0][key], file[key], "{key}");
    }
    let credit = "picture sea/light.png: A. Painter, CC-BY-4.0, https://example.org/1";
    assert!(post["disclosures"].as_array().unwrap().contains(&credit.into()), "{post:#}");

    let live = uses(&press, "sea/light.png");
    assert_eq!(live.len(), 1, "{live:?}");
    assert_eq!((&live[0]["item"], &live[0]["post"]), (&post["item"], &post["handle"]));
    assert_eq!((&live[0]["cut"], &live[0]["title"]), (&post["approval"]["cut_hash"], &topics::title(0).into()));
    assert_eq!(live[0]["beats"].as_array().unwrap().len(), 1);
    for file in ["old-light.png", "news-light.png", "lighthouse-of-norway.png", "nowhere.png"] {
        assert_eq!(uses(&press, file), Vec::<Value>::new(), "{file}");
    }
    let hash = shown[0]["hash"].as_str().unwrap();
    assert_eq!(uses(&press, &hash[..12]), live);
    assert_eq!(uses(&press, "library/sea/light.png"), live);
    assert_eq!(uses(&press, "light.png"), Vec::<Value>::new(), "not its whole name");

    daemon.signal(Signal::TERM);
    assert_eq!(daemon.ended().await.0.code(), Some(0));
    assert_eq!(uses(&press, "sea/light.png"), live, "from the files");
    let said = printed(&press.run(&["media", "where-used", "sea/light.png"]));
    assert!(said.contains("finished") && said.contains(post["handle"].as_str().unwrap()), "{said}");
}
