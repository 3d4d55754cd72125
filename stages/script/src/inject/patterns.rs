//! What speaks to a writer: orders to forget, to act as, to reveal, to put something into a script; forged messages; the
//! talk of tools. In the languages that feeds come in. Matched against every reading of a text.
//!
//! An order is told by two lists of word beginnings, one soon after the other: much cheaper than one pattern with a gap.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use unicode_normalization::UnicodeNormalization;

use super::decoded;

/// How much is caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Net {
    /// Only what hardly stands in honest text: for headlines, and for what a writer hands back.
    Fine,
    /// Also what honest text holds now and then: for sentences, which can be done without.
    Wide,
}

/// Word beginnings, then others within so many characters. A `.` after a beginning asks for the whole word.
type Order = (&'static str, usize, &'static str);

const FINE_ORDERS: &[Order] = &[
    // Orders to forget.
    (
        "ignor|disregard|forget.|overrid|bypass|overlook.|discard.|do not follow|don't follow|stop following",
        50,
        "instruction|prompt|rules.|rule.|guideline|directions.|previous|prior.|above.|earlier.|everything.|context.|system.|constraint|restriction|safety",
    ),
    (
        "ignora|ignore|olvid|omite|descarta|desobedece|esquec|dimentica|oubli|neglige|fais abstraction|ne tiens pas compte",
        50,
        "instruc|instruz|istruz|regl|regr|regol|anterior|previ|precedent|indicacion|consigne|directive|instrution",
    ),
    (
        "ignorier|vergiss|vergessen sie|missacht|ubergeh|beachte nicht",
        55,
        "anweisung|regel|vorherig|bisherig|obig|vorgabe|befehl|instruktion",
    ),
    ("игнорир|забуд|отмени|не обраща", 50, "инструкци|указани|правил|предыдущ|команд"),
    (
        "忽略|无视|無視|忘记|忘掉|忘記|不要理会|忽視|不用管",
        18,
        "指令|指示|说明|規則|规则|之前|以上|上面|前面|提示|命令",
    ),
    ("指示|命令|ルール|規則|プロンプト|上記|以前|これまで", 18, "無視|忘れ|破棄|従わな"),
    ("지시|명령|규칙|프롬프트|이전", 18, "무시|잊"),
    ("تجاهل|تجاوز|انس", 50, "تعليمات|أوامر|قواعد|السابقة|التوجيهات"),
    ("निर्देश|नियम|पिछल|आदेश", 50, "अनदेख|नज़रअंदाज़|भूल|उपेक्षा"),
    ("अनदेख|नज़रअंदाज़|भूल जा|उपेक्षा", 50, "निर्देश|नियम|पिछल|आदेश"),
    ("onceki|yukaridaki", 50, "yok say|unut|gormezden"),
    ("abaikan", 40, "instruksi|perintah|aturan"),
    ("bo qua", 40, "huong dan|chi thi|lenh"),
    // Another role.
    (
        "pretend|imagine|act as|behave as|behave like|respond as|answer as|reply as|roleplay|role-play|role play|play the role",
        60,
        "ai.|assistant|admin|developer|unrestricted|no rules|no limit|evil|pirate|seller|salesman|marketer|marketing|spokes|jailbroken|character|without rules|different model",
    ),
    ("from now on", 40, "you.|your.|narrator|write|answer|speak|every.|all."),
    // To reveal.
    (
        "reveal|print.|repeat|output.|show.|leak|expose|display|reproduce|recite|tell.|give.|send.|dump.|spell out|translate|return.|copy.|summarize your|quote.",
        45,
        "system prompt|your prompt|your instruction|your rules|your hidden|your config|hidden prompt|hidden instruction|initial prompt|the prompt.|these instruction|all instruction|above instruction|full prompt|api key|api-key|api_key|apikey|secret key|password|credential|environment variable|env var|your secret",
    ),
    (
        "revela|muestra|imprime|revele|affiche|montre|recopie|zeig|verrat|gib.|gebt|mostra|rivela",
        50,
        "prompt|instruc|instruz|istruz|clave|contrasena|consigne|cle api|mot de passe|anweisung|schlussel|passwort",
    ),
    ("покажи|раскрой|выведи|повтори|напечатай", 50, "промпт|инструкци|ключ|парол|системн"),
    ("显示|透露|输出|公开|打印|重复|泄露", 16, "提示词|系统提示|密钥|密码|指令"),
    ("اكشف|أظهر|اطبع|كرر", 50, "تعليمات|المفتاح|كلمة المرور|موجه"),
    // Wrapped orders.
    (
        "decode|decrypt|decipher|unscramble|rot13|rot-13|base64|base-64|read backwards|reversed text",
        80,
        "follow|obey|execute|do.|run.|carry out|act.|instruction|write|say.|says.|message",
    ),
    (
        "translate|ubersetz|traduce|traduis|traduisez|traduza|переведи|翻译|翻訳|ترجم",
        80,
        "and obey|and follow|then follow|then do|and do|execute|carry out|act on|befolg|folge|obedece|sigue|suis.|executez|execute|выполни|并执行|并遵循|然后执行|実行|従|نفذ",
    ),
    (
        "follow|obey|execute|carry out|befolg|obedece|выполни",
        40,
        "these instruction|this instruction|my instruction|all instruction|its instruction|instructions below|following instruction|every instruction|these orders|these commands|this order|whatever it says|diese anweisung|estas instruc",
    ),
    // What to write.
    (
        "add.|include.|append|insert|put.|place.|set.|change.|replace|end.|start.|begin.|finish|close.|open.|make.|write.|mention|fill.|use.",
        60,
        "hashtag|caption|call to action|the hook|on-screen|on screen|voice-over|voiceover|narration|narrator|the script|your script|script with|script's|the title field|video title|your title|your answer|your response|your output|the output|the json|every scene|each scene|all scenes|last scene|the video with|this video with|the video's|every video|file name|filename|in your video",
    ),
    (
        "say.|write.|output.|print.|narrate|respond|reply.|answer.|speak.|repeat.|return.|emit",
        30,
        "only.|exactly|nothing but|the following|following words|following text|these words|the words|the phrase|the sentence|this sentence|this text|this phrase|this json|word for word",
    ),
    (
        "anad|agreg|inclu|escrib|pon.|termin|di.|usa.",
        60,
        "hashtag|etiqueta|guion|titulo|descripcion|leyenda|narracion|el video|este video|tu respuesta|cada escena",
    ),
    (
        "ajout|inclu|insere|ecri|termin|mets.|mettez|dis.|dites.|utilise",
        60,
        "hashtag|mots-cles|script|titre|legende|narration|la video|cette video|ta reponse|votre reponse|chaque scene",
    ),
    (
        "fug|schreib|nenn|erwahn|sag.|sage.|sagen|beend|setz|verwend|antwort|baue",
        60,
        "hashtag|skript|drehbuch|titel|video|beschreibung|bildtext|untertitel|erzahler|deine antwort|jede szene|jeder szene",
    ),
    (
        "inseri|aggiungi|scrivi|adicione|escreva|coloque|dici|diga",
        60,
        "hashtag|script|titolo|titulo|descrizione|descricao|didascalia|legenda|video|roteiro",
    ),
    ("добав|напиш|скаж|включ|встав|законч|используй", 55, "хештег|хэштег|сценари|заголов|видео|подпис|описани|ролик"),
    (
        "添加|加入|写上|寫上|输出|輸出|说出|加上|写入|插入|使用|写成|说",
        18,
        "标签|標籤|话题|標題|标题|脚本|旁白|视频|影片|字幕|文案|结尾",
    ),
    ("标签|标题|脚本|旁白|视频|字幕|文案|结尾", 12, "添加|加入|写上|加上|写|说|推荐"),
    (
        "ハッシュタグ|タイトル|台本|ナレーション|字幕|動画|キャプション|最後",
        24,
        "追加|入れ|書い|書き|書け|出力|言っ|言い|言え|つけ|付け|述べ|宣伝",
    ),
    ("해시태그|제목|대본|영상|자막", 20, "추가|넣|사용|써|말하"),
    ("أضف|اكتب|قل|أدرج|ضع", 50, "هاشتاغ|وسم|النص|العنوان|الفيديو|الوصف|السيناريو"),
    ("हैशटैग|शीर्षक|स्क्रिप्ट|वीडियो|कैप्शन", 50, "जोड़|लिख|बोल|डाल|कह"),
];

const WIDE_ORDERS: &[Order] = &[
    (
        "ai.|a.i.|llm|assistant|chatbot|language model|the model|the narrator|the writer|the script|the video|this video|the voice|your script|your video|your answer|your task|your job|your goal|your output|your response|your next",
        60,
        "must.|should.|shall.|need to|needs to|has to|have to|is to.|are to.",
    ),
    (
        "viewer|follower|everyone.|people.|reader|audience",
        40,
        "should buy|must buy|should visit|must visit|should call|should click|must click|should invest|must invest|should send|must send|should subscribe|should follow|should download|have to buy|need to buy",
    ),
    (
        "new.|updated|real.|actual.|revised|secret|hidden|important|final.|additional|special",
        12,
        "instruction|task.|rules.|orders.|directive|assignment",
    ),
    (
        "unless|or else|otherwise",
        40,
        "the video|the script|the narrator|the caption|the title|your script|your video|you mention|you say|you write|you add",
    ),
    (
        "write.|say.|put.|use.|print.|escrib|ecri|schreib",
        40,
        "in the title|into the title|as the title|in the caption|en el titulo|dans le titre|in den titel|en cada escena|in the hook",
    ),
    ("buy.|invest in|order.|get your", 30, "now.|today.|immediately"),
    (
        "compra|invierte|achetez|investissez|kauf|investier|купи|инвестир",
        40,
        "ahora|hoy.|maintenant|aujourd'hui|jetzt|heute|сейчас|сегодня",
    ),
    ("购买|投资|買|投資|立即|马上", 10, "购买|投资|現在|今すぐ|扫码|加微信"),
    (
        "visit.|click.|call.|text.|dm.|contact.|message.|follow.|subscribe|download|go to|sign up|send.|besuch|visit|haz clic|cliquez|klick|перейди|посети",
        50,
        "http|www|.com|.net|.org|.io|.example|.xyz|.ru|@|0x|bc1|+1|+4|link in",
    ),
    ("tell.|say that|say so", 12, "them.|viewer|the audience|people.|everyone|that.|\"|:"),
];

/// Signs and turns of phrase that stand alone.
const FINE_SIGNS: &[&str] = &[
    r"(?-u:\b)you are (?:now|no longer|henceforth)(?-u:\b)|(?-u:\b)(?:developer|god|admin|debug|maintenance|jailbreak|dan) mode(?-u:\b)|do anything now|jailbr[eo]ak|prompt injection",
    r"system[ _-]?prompt|system (?:message|instruction|override|notice|note|update|command)",
    r"ahora eres|eres ahora|a partir de ahora|finge (?:que|ser)|actua como|tu es (?:maintenant|desormais)|vous etes (?:maintenant|desormais)|faite?s comme si|agis(?:sez)? comme|du bist (?:jetzt|nun|ab)|ab (?:jetzt|sofort) (?:bist|schreib|antwort|gilt|sollst)|tu so,? als|agora voce e|ora sei",
    r"ты теперь|теперь ты|вы теперь|теперь вы|с этого момента|притворись|веди себя как|представь,? что ты|你现在是|你現在是|从现在(?:开始|起)|從現在(?:開始|起)|扮演|あなたは(?:今|いま)|今から(?:あなた|君)|これからあなた|として振る舞|になりきって|너는 이제|당신은 이제|지금부터|أنت الآن|من الآن فصاعد|تظاهر|تصرف ك|अब तुम|अब आप|अब से",
    r"系统(?:提示|消息|指令)|提示词|システム(?:プロンプト|メッセージ)|apiキー|시스템 프롬프트|सिस्टम प्रॉम्प्ट|системн[а-яё]* (?:промпт|сообщени|инструкци)",
    r"<\|?/?[ ]*(?:im_start|im_end|system|assistant|user|tool|endoftext|instruction|evidence|data)|\[/?(?:inst|system|assistant|sys)\]|<<sys>>|##+ ?(?:system|instruction|response|new |end|human|assistant)",
    r#""(?:role|tool_calls?|function_call|tool_result|arguments|other_hooks|call_to_action|narration|hashtags|on_screen|scenes)" *:|tool_?(?:call|result|use)|function_call"#,
    r"(?:^|[\n.!?>\]]) *(?:system|assistant|developer|tool|human|operator|administrator|admin|sistema|systeme|система|系统|システム|النظام) *(?:\([^)]{0,20}\))? *[:：]",
    r"(?:end|start|begin|close) of (?:the )?(?:data|evidence|input|document|feed|untrusted|user|article)|(?:data|evidence|input|feed) (?:ends?|begins?|stops?) here|===+ ?[0-9a-f]{6}|===+ ?(?:begin|end)",
    r"rm -rf|drawtext|filter_complex|\[0:v\]|\$\(|drop table|curl -|\.\./\.\.|/etc/passwd|<script|javascript:|onerror ?=|\{\{|\$\{",
    r"(?:note|message|instructions?|attention|warning|notice|alert|urgent|order|request|command|dear|hey|hello|important|memo|reminder|directive|nachricht|hinweis|nota|mensaje|note|message) ?(?:to|for|an|para|pour|a|,)? ?(?:the |any |all |every |die |den |el |la |l')?(?:large )?(?:ai|a\.i\.|ki|ia|assistants?|chatbots?|language models?|llms?|models?|gpt|writers?|script ?writers?|narrators?|summari[sz]ers?|bots?)(?: reading| who| that| must| should| when|[:,.!]|$)",
];

const WIDE_SIGNS: &[&str] = &[
    r"(?:^| )#[^ ]{2,40} .{0,80}#[^ ]{2,40}",
    r"[A-Za-z0-9+/]{40}|(?:bc1|0x)[0-9a-zA-Z]{20}|[0-9a-f]{32}",
    r"<!--|display: ?none|visibility: ?hidden|\]\(http|!\[",
];

struct Compiled {
    orders: Vec<(Regex, usize, Regex)>,
    signs: RegexSet,
}

static NETS: LazyLock<(Compiled, Compiled)> =
    LazyLock::new(|| (compiled(FINE_ORDERS, FINE_SIGNS), compiled(WIDE_ORDERS, WIDE_SIGNS)));

fn compiled(orders: &[Order], signs: &[&str]) -> Compiled {
    // Composed as the texts are.
    let composed = |text: &str| text.nfkc().collect::<String>();
    let beginnings = |list: &str| {
        let one = |word: &str| match word.strip_suffix('.').filter(|stem| stem.chars().all(char::is_alphanumeric)) {
            Some(whole) => format!("{}(?-u:\\b)", regex::escape(whole)),
            None => regex::escape(word),
        };
        let all = composed(list).split('|').map(one).collect::<Vec<_>>().join("|");
        Regex::new(&format!("(?:{all})")).expect("the lists of this file are fixed and tested")
    };
    Compiled {
        orders: orders.iter().map(|(first, gap, then)| (beginnings(first), *gap, beginnings(then))).collect(),
        signs: RegexSet::new(signs.iter().map(|sign| composed(sign)))
            .expect("the patterns of this file are fixed and tested"),
    }
}

impl Compiled {
    fn matches(&self, text: &str) -> bool {
        self.signs.is_match(text) || self.orders.iter().any(|(first, gap, then)| is_order(text, first, *gap, then))
    }
}

fn is_order(text: &str, first: &Regex, gap: usize, then: &Regex) -> bool {
    first.find_iter(text).filter(|found| starts_word(text, found.start())).any(|found| {
        let rest = &text[found.end()..];
        let end = rest.char_indices().nth(gap + 12).map_or(rest.len(), |(at, _)| at);
        then.find_iter(&rest[..end]).any(|other| {
            let near = rest[..other.start()].chars().count() <= gap;
            let dense = rest[other.start()..].starts_with(crate::ground::words::is_dense);
            near && (dense || (other.start() > 0 && starts_word(rest, other.start())))
        })
    })
}

/// Not in the middle of a word, where there are spaces between words.
fn starts_word(text: &str, at: usize) -> bool {
    let spaced = |c: char| {
        c.is_alphanumeric()
            && !crate::ground::words::is_dense(c)
            && !matches!(u32::from(c), 0x600..=0x6FF | 0xAC00..=0xD7AF)
    };
    let first = text[at..].chars().next();
    !(first.is_some_and(spaced) && text[..at].chars().next_back().is_some_and(spaced))
}

/// Whether a text, in any of its readings, is an order to whoever writes about it.
pub(crate) fn speaks_to_the_writer(text: &str, net: Net) -> bool {
    let (fine, wide) = &*NETS;
    decoded::readings(text).iter().any(|reading| fine.matches(reading) || (net == Net::Wide && wide.matches(reading)))
        || (net == Net::Wide && wide.signs.is_match(text))
}
