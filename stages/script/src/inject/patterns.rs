//! What speaks to a writer: orders to forget, to act as, to reveal, to put something into a script; forged messages; the
//! talk of tools. In the languages that feeds come in. Matched against every reading of a text.

use std::sync::LazyLock;

use regex::RegexSet;
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

const FINE: &[&str] = &[
    // Orders to forget.
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*|overlook|discard)\b.{0,45}\b(?:instructions?|prompts?|rules?|guidelines|directions|previous|prior|above|earlier|everything|context|system|constraints|restrictions)\b",
    r"\b(?:ignora\w*|olvid\w*|omite|descarta\w*|desobedece\w*|esquec\w*|dimentica\w*)\b.{0,45}\b(?:instruc\w*|istruzioni|regl\w*|regr\w*|regole|anterior\w*|previ\w*|precedent\w*|indicaciones)",
    r"\b(?:ignor\w*|oubli\w*|neglige\w*|fais abstraction)\b.{0,45}\b(?:instructions?|consignes?|regles?|precedent\w*|directives?)",
    r"\b(?:ignorier\w*|vergiss|vergessen sie|missacht\w*|ubergeh\w*)\b.{0,50}\b(?:anweisung\w*|regeln?|vorherig\w*|bisherig\w*|obig\w*|vorgaben?|befehle?)",
    r"(?:игнорир\w*|забуд\w*|отмени\w*).{0,45}(?:инструкци|указани|правил|предыдущ|команд)",
    r"(?:忽略|无视|無視|忘记|忘掉|忘記|不要理会|忽視).{0,18}(?:指令|指示|说明|規則|规则|之前|以上|上面|前面|提示|命令)",
    r"(?:指示|命令|ルール|規則|プロンプト|上記|以前|これまで).{0,18}(?:無視|忘れ|破棄|従わない)",
    r"(?:지시|명령|규칙|프롬프트|이전).{0,18}(?:무시|잊)",
    r"(?:تجاهل|تجاوز|انس).{0,45}(?:التعليمات|تعليمات|الأوامر|القواعد|السابقة|التوجيهات)",
    r"(?:निर्देश|नियम|पिछल|आदेश).{0,45}(?:अनदेख|नज़रअंदाज़|भूल|उपेक्षा)|(?:अनदेख|नज़रअंदाज़|भूल जा|उपेक्षा).{0,45}(?:निर्देश|नियम|पिछल|आदेश)",
    r"\b(?:onceki|yukaridaki)\b.{0,25}\b(?:talimat\w*|kural\w*).{0,25}\b(?:yok say|unut|gormezden)|\babaikan\b.{0,40}\b(?:instruksi|perintah|aturan)|\bbo qua\b.{0,40}\b(?:huong dan|chi thi|lenh)",
    // Another role.
    r"\byou are (?:now|no longer|henceforth)\b|\bfrom now on,? (?:you|your|the narrator|write|answer|speak|every)\b|\b(?:pretend|imagine) (?:to be|that you|you are|you're)\b.{0,60}\b(?:ai|assistant|admin\w*|developer|unrestricted|no rules|no limits|evil|pirate|seller|marketer)|\b(?:act|behave|respond|answer|reply|speak) as (?:if you|an? (?:unrestricted|evil|admin|developer|salesman|spokes|marketing|different|jailbroken)|the (?:system|developer|admin|owner))|\b(?:developer|god|admin|debug|maintenance|jailbreak) mode\b|\bdo anything now\b|\bjailbr[eo]ak",
    r"\b(?:ahora eres|eres ahora|a partir de ahora|finge (?:que|ser)|actua como)\b|\b(?:tu es|vous etes) (?:maintenant|desormais)\b|\b(?:fais|faites) comme si\b|\bagis(?:sez)? comme\b|\bdu bist (?:jetzt|nun|ab)\b|\bab (?:jetzt|sofort) (?:bist|schreib|antwort|gilt|sollst)|\btu so,? als\b|\bagora (?:voce e|es)\b|\bora sei\b",
    r"(?:ты теперь|теперь ты|вы теперь|теперь вы|с этого момента|притворись|веди себя как|представь,? что ты)|你现在是|你現在是|从现在(?:开始|起)|從現在(?:開始|起)|请?扮演|あなたは(?:今|いま)|今から(?:あなた|君)|これからあなた|として振る舞|になりきって|너는 이제|당신은 이제|지금부터|أنت الآن|من الآن فصاعد|تظاهر ب|تصرف ك|अब (?:तुम|आप) .{0,30}(?:हो|हैं)|अब से",
    // To reveal.
    r"\b(?:reveal|print|repeat|output|show|leak|expose|display|reproduce|recite|tell|give|send|dump|spell out|translate)\b.{0,45}\b(?:system prompt|(?:your|hidden|initial|the|all|these|above|full) (?:\w+ )?(?:prompt|instructions?|rules|guidelines|config\w*)|api[ _-]?keys?|secrets?|passwords?|credentials|environment variables|env vars)\b",
    r"\bsystem[ _-]?prompt\b|\bsystem (?:message|instruction|override|notice|note|update)s?\b|\bprompt injection\b",
    r"\b(?:revela|muestra|imprime|revele|affiche|montre|recopie|zeige?|verrate|gib|mostra)\b.{0,45}\b(?:prompt|instruc\w*|clave|contrasena|consignes|instructions|cle api|mot de passe|anweisungen|schlussel|passwort|istruzioni)",
    r"(?:покажи|раскрой|выведи|повтори|напечатай).{0,45}(?:промпт|инструкци|ключ|парол|системн)|(?:显示|透露|输出|公开|打印|重复).{0,15}(?:提示词|系统提示|密钥|密码|指令)|系统(?:提示|消息|指令)|提示词|システム(?:プロンプト|メッセージ)|apiキー|시스템 프롬프트|(?:اكشف|أظهر|اطبع|كرر).{0,45}(?:التعليمات|المفتاح|كلمة المرور|موجه)|सिस्टम प्रॉम्प्ट",
    // Forged messages and the talk of tools.
    r"<\|?/?\s*(?:im_start|im_end|system|assistant|user|tool|endoftext|instructions?|evidence|data)\b|\[/?(?:inst|system|assistant|sys)\]|<<sys>>|#{2,}\s*(?:system|instructions?|response|new|end|human|assistant)\b|\x22role\x22\s*:|\x22(?:tool_calls?|function_call|tool_result|arguments|other_hooks|call_to_action|narration|hashtags)\x22\s*:|\btool_?(?:call|result|use)\b|\bfunction_call\b",
    r"(?:^|[\n.!?>\]]\s*)(?:system|assistant|developer|tool|human|operator|admin(?:istrator)?|sistema|systeme|система|系统|システム|النظام)\s*(?:\([^)]{0,20}\))?\s*[:：]",
    r"\b(?:end|start|begin|close) of (?:the )?(?:data|evidence|input|document|feed|untrusted|user|article)\b|\b(?:data|evidence|input|feed) (?:ends?|begins?|stops?) here\b|={3,}\s*[0-9a-f]{6,}|={3,}\s*(?:begin|end)\b",
    r"\brm -rf\b|\bdrawtext\b|\bfilter_complex\b|\[0:v\]|\$\(|\bdrop table\b|\bcurl -|\.\./\.\.|/etc/passwd|<script|javascript:|\bonerror\s*=|\{\{.{0,60}\}\}|\$\{[^}]{0,60}\}",
    // Wrapped orders.
    r"\b(?:decode|decrypt|decipher|unscramble|rot-?13|base-?64)\b.{0,70}\b(?:follow|obey|execute|do|run|carry out|act|instructions?|write|say|it says|what it says|message)\b|\btranslate\b.{0,80}\b(?:and|then)\b.{0,30}\b(?:follow|obey|execute|do|carry out|act on)\b|\b(?:follow|obey|execute|carry out) (?:these|this|the|my|all|its|those|whatever|any|every)\b.{0,30}\b(?:instructions?|orders?|commands?|says?|steps)\b",
    // What to write.
    r"\b(?:note|message|instructions?|attention|dear|hey|hello|important|memo|reminder|directive) (?:to|for|,)? ?(?:the |any |all |every )?(?:ai|a\.i\.|assistants?|chatbots?|language models?|llms?|models?|gpt|writers?|script ?writers?|narrators?|summari[sz]ers?|editors?|bots?|machines?)\b\s*(?:[:,.!-]|reading|who|that|must|should|when|$)",
    r"\b(?:add|include|append|insert|put|place|use|set|change|replace|end|start|begin|finish|close|open|make|write|mention|fill)\b.{0,60}\b(?:hashtags?|captions?|call to action|the hook|on[- ]screen|voice-?over|narration|the script|your script|scripts?'?s? title|the title field|your answer|your response|your output|the output|the json|every scene|each scene|all scenes|the video with|this video with|the video's|file ?name)\b",
    r"\b(?:say|write|output|print|narrate|respond|reply|answer|speak|repeat|return|emit)\b\s*(?:only|exactly|nothing but|the following|with the following|with only|with exactly|the words?|the phrase|the sentence|this (?:sentence|text|phrase|json|word))\b",
    r"\b(?:anad\w*|agreg\w*|inclu\w*|escrib\w*|pon|termin\w*|di)\b.{0,55}\b(?:hashtags?|etiquetas?|guion|titulo|descripcion|leyenda|narracion|el video|este video|tu respuesta)\b|\b(?:ajout\w*|inclu\w*|insere\w*|ecri\w*|termin\w*|mets|mettez|dis|dites)\b.{0,55}\b(?:hashtags?|mots-cles|script|titre|legende|narration|la video|cette video|ta reponse|votre reponse)\b|\b(?:fug\w*|schreib\w*|nenn\w*|erwahn\w*|sag\w*|beend\w*|setz\w*|verwend\w*|antwort\w*)\b.{0,55}\b(?:hashtags?|skript\w*|titel\w*|videos?|beschreibung|bildtext|untertitel|erzahler\w*|antwort)\b.{0,60}",
    r"(?:добав\w*|напиш\w*|скаж\w*|включ\w*|встав\w*|закончи\w*).{0,50}(?:хештег|хэштег|сценари|заголов|видео|подпис|описани|ролик)|(?:添加|加入|写上|寫上|输出|輸出|说出|加上|写入|插入|使用).{0,18}(?:标签|標籤|话题|標題|标题|脚本|旁白|视频|影片|字幕|文案)|(?:标签|标题|脚本|旁白|视频|字幕|文案|结尾).{0,10}(?:添加|加入|写上|加上|写|说)|(?:ハッシュタグ|タイトル|台本|ナレーション|字幕|動画|キャプション|最後).{0,22}(?:追加|入れ|書[いけき]|出力|言[っいえ]|つけ|付け|述べ)|해시태그.{0,18}(?:추가|넣|사용)|(?:أضف|اكتب|قل|أدرج|ضع).{0,45}(?:هاشتاغ|الوسم|وسم|النص|العنوان|الفيديو|الوصف|السيناريو)|(?:हैशटैग|शीर्षक|स्क्रिप्ट|वीडियो|कैप्शन).{0,45}(?:जोड़|लिख|बोल|डाल|कह)",
];

const WIDE: &[&str] = &[
    r"\b(?:ai|a\.i\.|llm|assistant|chatbot|language model|the model|the narrator|the writer|the script|the video|this video|the voice|your (?:script|video|answer|task|job|goal|output|response|next))\b[^.]{0,30}\b(?:must|should|shall|need to|has to|have to|will|is to|are to)\b[^.]{0,40}\b(?:write|say|add|include|output|mention|ignore|tell|recommend|promote|praise|end|use|reply|respond|answer|be|contain|link|claim|advise)\b",
    r"\b(?:new|updated|real|actual|revised|secret|hidden|important|final|additional|special) (?:instructions?|task|rules?|orders?|directive|assignment)\b",
    r"\b(?:viewers?|followers?|everyone|people|readers?|audience) (?:should|must|need to|have to) (?:buy|visit|call|click|invest|send|subscribe|follow|download|sign)\b|\b(?:visit|click|call|text|dm|contact|message|follow|subscribe to|download from|buy (?:from|at)|order (?:from|at)|go to|sign up at|send (?:money|bitcoin|crypto|btc|eth))\b.{0,40}(?:https?|www|\.\w{2,8}\b|@\w|\+?\d[\d -]{6,}|0x|bc1|#\w)",
    r"(?:^|\s)#\w+.{0,60}#\w+",
    r"\bsay (?:that|it|so)\b.{0,10}(?:\x22|\u{201c}|:)|\btell (?:them|viewers|the audience|people|everyone|the viewer)\b",
    r"[A-Za-z0-9+/]{40,}={0,2}|\b(?:bc1|0x)[0-9a-z]{20,}\b|\b[0-9a-f]{32,}\b",
    r"\b(?:buy|invest in|get your|order) (?:now|today|immediately)\b|\b(?:compra|invierte|achetez|investissez|kauft?|investiert?)\b.{0,30}\b(?:ahora|hoy|maintenant|aujourd'hui|jetzt|heute)\b",
];

static SETS: LazyLock<(RegexSet, RegexSet)> = LazyLock::new(|| {
    let set = |patterns: &[&str]| {
        // As texts are: composed the same way.
        let patterns = patterns.iter().map(|pattern| format!("(?s){}", pattern.nfkc().collect::<String>()));
        RegexSet::new(patterns).expect("the patterns of this file are fixed and tested")
    };
    (set(FINE), set(WIDE))
});

/// Whether a text, in any of its readings, is an order to whoever writes about it.
pub(crate) fn speaks_to_the_writer(text: &str, net: Net) -> bool {
    let (fine, wide) = &*SETS;
    decoded::readings(text).iter().any(|reading| fine.is_match(reading) || (net == Net::Wide && wide.is_match(reading)))
        || (net == Net::Wide && wide.is_match(text))
}
