//! The commonest words of six languages, which say nothing about what a text is about.

/// The languages with a list here, by their ISO 639-1 codes.
pub(crate) const LANGUAGES: [&str; 6] = ["de", "en", "es", "fr", "it", "pt"];

const ENGLISH: &str = "a about after all also am an and any are as at be because been before being but by can could did \
do does for from had has have he her here him his how i if in into is it its it's just me more most my new no not now of \
off on one or our out over she should so some such than that the their them then there these they this those through to \
up us was we were what when where which while who why will with would you your says said";
const GERMAN: &str = "aber alle als also am an auch auf aus bei bis da damit dann das dass dem den denn der des die dies \
diese dieser doch du durch ein eine einem einen einer eines er es für gegen hat haben ich ihr im in ist ja kann kein keine \
man mehr mit nach nicht noch nun nur ob oder ohne sein seine seit sich sie sind so über um und uns unter vom von vor war \
was weil wenn wer werden wie wieder wir wird wo zu zum zur";
const SPANISH: &str = "a al algo ante antes así aunque como con contra cual cuando de del desde donde dos durante e el él \
ella en entre era es esa ese eso esta está estas este esto estos fue ha han hasta hay la las le les lo los más me mi muy \
ni no nos o otra otro para pero poco por porque que qué quien se según ser si sí sin sobre son su sus también tan tras tu \
un una uno unos y ya yo";
const FRENCH: &str = "à ai au aussi aux avec avant c'est ce ces cette comme contre d' dans de des depuis donc dont du elle \
elles en entre est et été être eux fait il ils j' je l' la le les leur leurs lui mais me même moins mon ne nos notre nous \
on ont ou où par pas plus pour pourquoi qu' que quel qui sa sans se selon ses si son sont sous sur ta tout tous très tu un \
une vers vos votre vous y";
const ITALIAN: &str = "a ad agli ai al alla alle anche ancora che chi ci come con contro cosa così cui da dai dal dalla \
dalle degli dei del dell' della delle dello di dopo dove due e è ed era essere fa fino fra gli ha hanno i il in io l' la le \
lei li lo loro lui ma mi nei nel nella nelle no noi non o ogni per perché più poi quale quando quello questa questo qui se \
senza si sia sono su sua sue sugli sui sul sulla suo tra tu un una uno";
const PORTUGUESE: &str = "a à ao aos as às até com como contra da das de dela dele depois do dos e é ela ele em entre era \
essa esse esta está este eu foi for há isso isto já lhe mais mas me mesmo meu muito na não nas nem no nos nós o os ou para \
pela pelas pelo pelos por porque qual quando que quem são se sem ser seu seus só sob sobre sua suas também te tem um uma \
umas uns você";

const NEGATIONS: [&str; 22] = [
    "ain't", "can't", "didn't", "doesn't", "don't", "isn't", "jamais", "kein", "keine", "never", "nicht", "nie", "no",
    "non", "not", "não", "ohne", "pas", "sans", "sem", "won't", "without",
];

/// True if `word` (lower case) turns a sentence round, in any of the six languages.
pub(crate) fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word)
}

/// True if `word` (lower case) is one of the commonest of `language`. Where the language is unknown (`und`) the English
/// list is used; a language without a list has no stop words.
pub(crate) fn is_stop_word(word: &str, language: &str) -> bool {
    let list = match language {
        "en" | "und" => ENGLISH,
        "de" => GERMAN,
        "es" => SPANISH,
        "fr" => FRENCH,
        "it" => ITALIAN,
        "pt" => PORTUGUESE,
        _ => return false,
    };
    list.split(' ').any(|known| known == word)
}
