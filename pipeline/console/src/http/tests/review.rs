use super::*;
use crate::memory::finding;
use crate::press::FindingKind;

fn item(n: u64) -> String {
    card(n, "").waiting.item.to_string()
}

fn cut(n: u64) -> String {
    card(n, "").waiting.cut.as_str().to_owned()
}

impl Site {
    async fn decide(&self, who: &Signed, n: u64, choice: &str, note: &str) -> Answer {
        let path = format!("/console/review/{}/decide", item(n));
        self.send(who, &path, &[("cut", &cut(n)), ("choice", choice), ("note", note)]).await
    }

    async fn settle_at(&self, second: i64) {
        self.clock.set(at(second));
        self.console.settle().await;
    }
}

#[tokio::test]
async fn a_decision_leads_to_the_next_cut_and_reaches_the_line_after_the_minute() {
    let site = site(2);
    let ana = site.sign_in("ana").await;
    let answer = site.decide(&ana, 0, "approve", "").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, format!("/console/review/{}", item(1)).as_str())
    );
    let answer = site.decide(&ana, 1, "reject", "too loud").await;
    assert_eq!(answer.header("location"), "/console");
    assert!(site.page(&ana, "/console").await.text.contains("Nothing waits for you"));
    assert_eq!(site.press.rulings().len(), 0);
    site.settle_at(61).await;
    let said = site.press.rulings().into_iter().map(|ruling| (ruling.by, ruling.choice.as_str(), ruling.note));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [("ana".to_owned(), "approve", String::new()), ("ana".to_owned(), "reject", "too loud".to_owned())]
    );
}

#[tokio::test]
async fn two_reviewers_at_once_get_different_cuts_and_one_word_counts() {
    let site = site(2);
    let (ana, bo) = (site.sign_in("ana").await, site.sign_in("bo").await);
    let (one, two) = (site.send(&ana, "/console/next", &[]).await, site.send(&bo, "/console/next", &[]).await);
    assert_ne!(one.header("location"), two.header("location"));
    let seen = site.page(&bo, one.header("location")).await;
    assert!(seen.text.contains("<bdi>ana</bdi></span> is looking at this cut now."), "{}", seen.text);
    let claim = site.send(&bo, &format!("{}/claim", one.header("location")), &[]).await;
    assert!(claim.text.contains("\"mine\":false") && claim.text.contains("\"by\":\"ana\""), "{}", claim.text);
    assert_eq!(site.decide(&bo, 0, "approve", "").await.status, StatusCode::CONFLICT);
    let (a, b) = tokio::join!(site.decide(&ana, 0, "approve", ""), site.decide(&ana, 0, "reject", "no"));
    assert!((a.status == StatusCode::SEE_OTHER) != (b.status == StatusCode::SEE_OTHER), "{} {}", a.status, b.status);
    site.send(&bo, &format!("/console/review/{}/release", item(1)), &[]).await;
    let claim = site.send(&ana, &format!("/console/review/{}/claim", item(1)), &[]).await;
    assert!(claim.text.contains("\"mine\":true"), "{}", claim.text);
}

#[tokio::test]
async fn undo_brings_the_cut_back() {
    let site = site(1);
    let ana = site.sign_in("ana").await;
    site.decide(&ana, 0, "approve", "").await;
    let page = site.page(&ana, "/console").await.text;
    let word = page.split("name=\"word\" value=\"").nth(1).expect("an undo").split('"').next().unwrap().to_owned();
    let bo = site.sign_in("bo").await;
    assert_eq!(site.send(&bo, "/console/undo", &[("word", &word)]).await.status, StatusCode::CONFLICT);
    let answer = site.send(&ana, "/console/undo", &[("word", &word)]).await;
    assert_eq!(answer.header("location"), format!("/console/review/{}", item(0)));
    site.settle_at(100).await;
    assert_eq!(site.press.rulings().len(), 0);
    assert!(site.page(&ana, "/console").await.text.contains("1 cut waits"));
}

#[tokio::test]
async fn an_approval_of_another_cut_than_the_one_that_waits_is_void() {
    let site = site(1);
    let ana = site.sign_in("ana").await;
    let path = format!("/console/review/{}/decide", item(0));
    for (cut, status) in [
        (cut(1), StatusCode::CONFLICT),
        ("x".to_owned(), StatusCode::BAD_REQUEST),
        (String::new(), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(site.send(&ana, &path, &[("cut", &cut), ("choice", "approve")]).await.status, status);
    }
    // Rendered again while the decision is held back.
    site.decide(&ana, 0, "approve", "").await;
    let mut again = card(0, "again");
    again.waiting.cut = card(9, "").waiting.cut;
    site.press.put(again);
    site.settle_at(61).await;
    assert_eq!(site.press.rulings().len(), 0);
    assert!(site.page(&ana, "/console").await.text.contains("again"));
}

#[tokio::test]
async fn a_no_without_words_and_an_unknown_choice_are_refused() {
    let site = site(1);
    let ana = site.sign_in("ana").await;
    assert_eq!(site.decide(&ana, 0, "reject", " ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.decide(&ana, 0, "send-back", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.decide(&ana, 0, "publish", "x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.decide(&ana, 7, "approve", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bulk_approves_what_is_safe_and_keeps_the_rest() {
    let site = site(2);
    let mut similar = card(2, "similar");
    similar.waiting.findings = vec![finding(FindingKind::Similar, "similar.frames")];
    site.press.put(similar);
    let ana = site.sign_in("ana").await;
    let page = site.page(&ana, "/console").await.text;
    assert!(page.contains(&format!("{}:{}", item(0), cut(0))) && !page.contains(&format!("{}:{}", item(2), cut(2))));
    let pairs: Vec<String> = (0..3).map(|n| format!("{}:{}", item(n), cut(n))).collect();
    let fields: Vec<_> = pairs.iter().map(|pair| ("cut", pair.as_str())).collect();
    let answer = site.send(&ana, "/console/bulk", &fields).await;
    assert_eq!(answer.header("location"), "/console?approved=2&kept=1");
    assert!(
        site.page(&ana, answer.header("location")).await.text.contains("2 approved; 1 could not be and wait as before")
    );
    let many: Vec<_> = std::iter::repeat_n(("cut", pairs[2].as_str()), 51).collect();
    for wrong in [&many[..], &[], &[("cut", "x:y")]] {
        assert_eq!(site.send(&ana, "/console/bulk", wrong).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn films_are_sent_whole_and_in_parts_and_only_to_who_is_signed_in() {
    let site = site(1);
    let film: Vec<u8> = (0..700_000_u32).map(|n| (n % 251) as u8 & 0x7f).collect();
    let cut = site.film(0, film.clone()).await;
    let ana = site.sign_in("ana").await;
    let path = format!("/console/media/{}.mp4", cut.as_str());
    let whole = site.page(&ana, &path).await;
    assert_eq!((whole.status, whole.text.as_bytes() == film), (StatusCode::OK, true));
    assert_eq!((whole.header("accept-ranges"), whole.header("content-type")), ("bytes", "video/mp4"));
    let part = async |range: &str, condition: &str| {
        let request = get(&path).header("cookie", &ana.cookie).header("range", range);
        let request = if condition.is_empty() { request } else { request.header("if-range", condition) };
        site.ask(request.body(Body::empty()).unwrap()).await
    };
    let answer = part("bytes=262140-524290", "").await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (StatusCode::PARTIAL_CONTENT, "bytes 262140-524290/700000")
    );
    assert!(answer.text.as_bytes() == &film[262_140..=524_290]);
    let tag = format!("\"{}\"", cut.as_str());
    assert_eq!(part("bytes=0-1", &tag).await.text.len(), 2);
    assert_eq!(part("bytes=0-1", "\"other\"").await.text.len(), 700_000, "what it has a part of is not this");
    let beyond = part("bytes=700000-", "").await;
    assert_eq!((beyond.status, beyond.header("content-range")), (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */700000"));
    let nobody = Signed { cookie: String::new(), csrf: String::new() };
    assert_eq!(site.page(&nobody, &path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_viewer_sees_a_cut_and_has_no_word() {
    let site = opened(Settings::default(), HERE, &[("vic", Role::Viewer)]).unwrap();
    site.press.put(card(0, "cut"));
    let vic = site.sign_in("vic").await;
    let page = site.page(&vic, &format!("/console/review/{}", item(0))).await;
    assert!(
        page.text.contains("Engineers listen")
            && !page.text.contains("Your decision")
            && !page.text.contains("data-claim")
    );
}

#[tokio::test]
async fn a_reviewer_sees_their_own_history_and_an_operator_everybodys() {
    let users = [("ana", Role::Reviewer), ("bo", Role::Reviewer), ("olga", Role::Operator)];
    let site = opened(Settings::default(), HERE, &users).unwrap();
    (0..2).for_each(|n| site.press.put(card(n, &format!("cut {n}"))));
    let (ana, bo, olga) = (site.sign_in("ana").await, site.sign_in("bo").await, site.sign_in("olga").await);
    site.decide(&ana, 0, "approve", "").await;
    site.send(&ana, &format!("/console/review/{}/release", item(1)), &[]).await;
    site.decide(&bo, 1, "approve", "").await;
    let sees = async |who: &Signed, path: &str| {
        let text = site.page(who, path).await.text;
        (text.contains("cut 0"), text.contains("cut 1</bdi></a>"))
    };
    assert_eq!(sees(&bo, "/console/history?of=ana").await, (false, true));
    assert_eq!(sees(&olga, "/console/history?of=ana").await, (true, false));
    assert_eq!(sees(&olga, "/console/history").await, (true, true));
}

#[tokio::test]
async fn the_line_and_the_tables_are_shown_and_empty_ones_say_so() {
    let site = site(3);
    let stages = vec![crate::StageNow { name: "voice".to_owned(), depth: 3, capacity: 16 }];
    site.press.put_line(crate::LineNow { stages, finished_last_hour: 42, ..crate::LineNow::default() });
    let ana = site.sign_in("ana").await;
    let json: serde_json::Value = serde_json::from_str(&site.page(&ana, "/console/line.json").await.text).unwrap();
    assert_eq!(
        (&json["finished_last_hour"], &json["waiting"], &json["stages"][0]["depth"]),
        (&42.into(), &3.into(), &3.into())
    );
    assert!(site.page(&ana, "/console/line").await.text.contains("<progress max=\"16\" value=\"3\""));
    for sheet in crate::Sheet::ALL {
        let page = site.page(&ana, &format!("/console/sheets/{}", sheet.as_str())).await;
        assert!(page.text.contains("Nothing is known of this yet."), "{sheet:?}");
    }
}
