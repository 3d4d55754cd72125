use super::{declared, of};

#[test]
fn declarations_are_cut_to_their_first_part() {
    for (text, expected) in
        [("en-us", Some("en")), (" DE ", Some("de")), ("pt_BR", Some("pt")), ("english", None), ("", None)]
    {
        assert_eq!(declared(text).as_deref(), expected, "for {text:?}");
    }
}

#[test]
fn headlines_are_told_apart() {
    for (text, expected) in [
        ("The most powerful scanner in the world delivers its first images to the researchers", "en"),
        ("Die stärkste Kamera der Welt liefert ihre ersten Bilder aus dem Weltraum", "de"),
        ("La agencia espacial anuncia que el cohete despegará mañana desde la costa", "es"),
        ("上海迪士尼乐园和小镇配合疫情排查暂停开放，情况如何？", "zh"),
        ("東京の新しい電車はとても速いです", "ja"),
        ("Новый спутник вышел на орбиту и передал первые снимки", "ru"),
        ("NASA", "und"),
        ("", "und"),
    ] {
        assert_eq!(of(text), expected, "for {text:?}");
    }
}
