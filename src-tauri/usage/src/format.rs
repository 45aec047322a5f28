//! Which client wrote a file, told by what is in it and not by its name.

use crate::document::Fields;
use crate::export::Table;
use crate::json::{Present, Text};
use crate::record::Client;
use serde::de::{IgnoredAny, MapAccess};
use std::path::Path;

/// How much of a file is looked at.
pub(crate) const PREFIX: usize = 64 << 10;

/// How much is looked at where that does not tell.
pub(crate) const LONG_PREFIX: usize = 1 << 20;

/// A form of log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    ClaudeCode,
    Codex,
    GeminiLines,
    GeminiDocument,
    OpenCode,
    OpenClaw,
    Pi,
    Qwen,
    Copilot,
    Amp,
    Kimi,
    Droid,
    LiteLlmLines,
    LiteLlmDocument,
    Ccusage,
    Table(Table),
    Zip,
    /// A SQLite file, whose tables tell the client.
    Database,
}

impl Format {
    /// The client; of a database its tables tell.
    pub(crate) fn client(self) -> Option<Client> {
        Some(match self {
            Format::Database => return None,
            Format::ClaudeCode => Client::ClaudeCode,
            Format::Codex => Client::Codex,
            Format::GeminiLines | Format::GeminiDocument => Client::Gemini,
            Format::OpenCode => Client::OpenCode,
            Format::OpenClaw => Client::OpenClaw,
            Format::Pi => Client::Pi,
            Format::Qwen => Client::Qwen,
            Format::Copilot => Client::Copilot,
            Format::Amp => Client::Amp,
            Format::Kimi => Client::Kimi,
            Format::Droid => Client::Droid,
            Format::LiteLlmLines | Format::LiteLlmDocument => Client::LiteLlm,
            Format::Ccusage => Client::Ccusage,
            Format::Table(table) => table.client(),
            // The only export known that is packed.
            Format::Zip => Client::DeepSeek,
        })
    }

    /// True if the file is one document and not lines.
    pub(crate) fn is_document(self) -> bool {
        matches!(
            self,
            Format::GeminiDocument
                | Format::OpenCode
                | Format::Amp
                | Format::Droid
                | Format::LiteLlmDocument
                | Format::Ccusage
        )
    }

    /// The form in lines that a client's file most likely has when its beginning does not tell.
    fn of(client: Client) -> Option<Format> {
        Some(match client {
            Client::ClaudeCode => Format::ClaudeCode,
            Client::Codex => Format::Codex,
            Client::Gemini => Format::GeminiLines,
            Client::OpenCode => Format::OpenCode,
            Client::OpenClaw => Format::OpenClaw,
            Client::Pi => Format::Pi,
            Client::Qwen => Format::Qwen,
            Client::Copilot => Format::Copilot,
            Client::Amp => Format::Amp,
            Client::Kimi => Format::Kimi,
            Client::LiteLlm => Format::LiteLlmLines,
            _ => return None,
        })
    }
}

/// The form of a file with this beginning; `expected` is the client in whose folder it lies, which decides
/// where the beginning is JSON but does not tell. `None` if it is no log.
pub(crate) fn recognise(prefix: &[u8], path: &Path, expected: Option<Client>) -> Option<Format> {
    let prefix = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix);
    // The first value may be a line or a document spread over many; a document is none of its lines.
    let start = prefix.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0)?;
    if prefix.starts_with(b"SQLite format 3\0") {
        return Some(Format::Database);
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return Some(Format::Zip);
    }
    let first_line = prefix[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    if !matches!(first_line.first(), Some(b'{' | b'[')) {
        let header = std::str::from_utf8(first_line.trim_ascii()).ok();
        if let Some(table) = header.and_then(Table::recognise) {
            return Some(Format::Table(table));
        }
    }
    if prefix[start] == b'[' {
        let inner = prefix[start + 1..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|at| start + 1 + at);
        let probe = inner.map(|at| Probe::of(&prefix[at..])).unwrap_or_default();
        return (probe.format() == Some(Format::LiteLlmLines)).then_some(Format::LiteLlmDocument);
    }
    let first = Probe::of(&prefix[start..]);
    if let Some(format) = first.format() {
        return Some(claimed(format, path, expected));
    }
    let mut is_json = first.keys > 0;
    for line in prefix.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let line = &line[line.iter().take_while(|byte| **byte == 0).count()..];
        if !line.starts_with(b"{") {
            continue;
        }
        let probe = Probe::of(line);
        is_json |= probe.keys > 0;
        if let Some(format) = probe.format() {
            return Some(claimed(format, path, expected));
        }
    }
    expected.filter(|_| is_json).and_then(Format::of)
}

/// OpenClaw writes what pi writes: only the folder tells them apart.
fn claimed(format: Format, path: &Path, expected: Option<Client>) -> Format {
    let folders = [".openclaw", ".clawdbot", ".moltbot", ".moldbot"];
    let in_folder = || path.components().any(|part| folders.iter().any(|folder| part.as_os_str() == *folder));
    match format {
        Format::Pi if expected == Some(Client::OpenClaw) || (expected.is_none() && in_folder()) => Format::OpenClaw,
        format => format,
    }
}

crate::json::objects! {
    Message {
        kind: Text<'de> = "type",
        role: Text<'de> = "role",
        content: Present = "content",
        payload: Present = "payload",
        usage: Usage<'de> = "usage",
    }
    Sums { input: Present = "inputTokens" | "tokenCounts", breakdown: Present = "modelBreakdowns" | "modelsUsed" | "models", }
    Usage { snake: Present = "input_tokens" | "prompt_tokens", camel: Present = "input" | "cacheRead", }
}

/// The fields by which forms of logs differ.
const KEYS: [&str; 26] = [
    "sessionId",
    "session_id",
    "isSidechain",
    "uuid",
    "message",
    "payload",
    "usageMetadata",
    "messages",
    "startTime",
    "projectHash",
    "stats",
    "snapshot",
    "leafUuid",
    "cwd",
    "id",
    "sessionID",
    "modelID",
    "tokens",
    "attributes",
    "traceId",
    "tokenUsage",
    "usageLedger",
    "request_id",
    "spend",
    "prompt_tokens",
    "completion_tokens",
];

/// What the beginning of an object says; the object may stop in the middle.
#[derive(Debug, Default)]
struct Probe {
    /// How many keys were seen, and which of [`KEYS`].
    keys: u32,
    seen: u64,
    kind: String,
    role: String,
    message_role: String,
    content: bool,
    /// The message has counts named as Anthropic's, or as pi's.
    snake: bool,
    camel: bool,
    /// The object itself has counts.
    counts: bool,
    /// The message is of Kimi's screen.
    status: bool,
    /// A list of the sums that ccusage prints.
    sums: bool,
    /// The id is one of Amp's threads.
    thread: bool,
}

impl Probe {
    fn of(bytes: &[u8]) -> Probe {
        let mut probe = Probe::default();
        // Where the bytes stop in the middle, what came before is enough or it is not.
        let _ = crate::document::object(&mut serde_json::Deserializer::from_slice(bytes), &mut probe);
        probe
    }

    fn has(&self, key: &str) -> bool {
        KEYS.iter().position(|known| *known == key).is_some_and(|at| self.seen >> at & 1 == 1)
    }

    fn format(&self) -> Option<Format> {
        let kind = self.kind.as_str();
        let session = self.has("sessionId") || self.has("session_id");
        let start = self.has("startTime") || self.has("projectHash");
        let rollout = ["session_meta", "turn_context", "event_msg", "response_item", "compacted"].contains(&kind);
        let printed = ["thread.started", "turn.started", "turn.completed"].contains(&kind);
        let opencode = self.has("modelID") || !self.role.is_empty();
        let of_claude = self.has("isSidechain")
            || self.snake && matches!(kind, "assistant" | "")
            || self.has("uuid") && session && self.content
            || kind == "file-history-snapshot" && self.has("snapshot")
            || kind == "summary" && self.has("leafUuid")
            || kind == "progress" && session;
        let of_pi = kind == "session" && self.has("id") && self.has("cwd")
            || kind == "message" && self.has("id") && !self.message_role.is_empty()
            || self.camel;
        Some(match () {
            () if self.has("usageMetadata") && !kind.is_empty() => Format::Qwen,
            () if self.has("usageLedger") || self.thread && self.has("messages") => Format::Amp,
            () if self.has("tokenUsage") => Format::Droid,
            () if self.sums => Format::Ccusage,
            () if self.status => Format::Kimi,
            () if self.has("attributes") && (self.has("traceId") || matches!(kind, "span" | "log")) => Format::Copilot,
            () if self.has("prompt_tokens") && self.has("completion_tokens") && self.has("spend") => {
                Format::LiteLlmLines
            }
            () if self.has("payload") && rollout || printed => Format::Codex,
            () if self.has("messages") && (session || start) => Format::GeminiDocument,
            () if self.has("stats") && kind.is_empty() => Format::GeminiDocument,
            () if kind == "gemini" && self.has("tokens") || start && session => Format::GeminiLines,
            () if self.has("sessionID") && opencode => Format::OpenCode,
            () if of_claude => Format::ClaudeCode,
            () if of_pi => Format::Pi,
            () if self.counts && kind.is_empty() => Format::Codex,
            () => return None,
        })
    }
}

/// Whether the lists in an object are sums of ccusage.
#[derive(Default)]
struct Lists(bool);

struct InProjects<'a>(&'a mut Lists);

impl<'de> serde::de::DeserializeSeed<'de> for InProjects<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        crate::document::object(deserializer, self.0)
    }
}

impl<'de> Fields<'de> for &mut Lists {
    fn field<A: MapAccess<'de>>(&mut self, _: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value_seed(crate::document::each(|sum: Sums| self.0 |= sum.input.0 && sum.breakdown.0))
    }
}

impl<'de> Fields<'de> for &mut Probe {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        self.keys += 1;
        // Noted before the value is read, which may be cut off.
        if let Some(at) = KEYS.iter().position(|known| *known == key) {
            self.seen |= 1 << at;
        }
        match key {
            "type" => self.kind = map.next_value::<Text>()?.as_str().to_owned(),
            "id" => {
                let id: Text = map.next_value()?;
                self.thread = id.as_str().starts_with("T-");
            }
            _ if crate::ccusage::LISTS.contains(&key) => {
                // One row is enough; the list may be cut off behind it.
                let mut found = false;
                let read = map.next_value_seed(crate::document::each(|sum: Sums| {
                    found |= sum.input.0 && sum.breakdown.0;
                }));
                self.sums |= found;
                read?;
            }
            "projects" => {
                // By project: one list is enough here too.
                let mut lists = Lists::default();
                let read = map.next_value_seed(InProjects(&mut lists));
                self.sums |= lists.0;
                read?;
            }
            "role" => self.role = map.next_value::<Text>()?.as_str().to_owned(),
            "usage" => self.counts = map.next_value::<Usage>()?.snake.0,
            "message" => {
                let message: Message = map.next_value()?;
                self.message_role = message.role.as_str().to_owned();
                self.content = message.content.0;
                self.snake = message.usage.snake.0;
                self.camel = message.usage.camel.0;
                self.status = message.payload.0 && matches!(message.kind.as_str(), "StatusUpdate" | "TurnBegin");
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Format> {
        recognise(text.as_bytes(), Path::new("x"), None)
    }

    #[test]
    fn forms_are_told_by_content() {
        use Format::*;
        for (text, expected) in [
            (r#"{"type":"assistant","sessionId":"s","message":{"id":"m","usage":{"input_tokens":1}}}"#, ClaudeCode),
            (r#"{"type":"summary","summary":"s","leafUuid":"u"}"#, ClaudeCode),
            (r#"{"parentUuid":null,"isSidechain":false,"sessionId":"s","type":"user","message":{"cont"#, ClaudeCode),
            (r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{"a":"#, ClaudeCode),
            ("garbage\n{}\n{\"type\":\"progress\",\"sessionId\":\"s\"}", ClaudeCode),
            (r#"{"timestamp":"t","type":"session_meta","payload":{"id":"a"}}"#, Codex),
            (r#"{"type":"thread.started","thread_id":"t"}"#, Codex),
            (r#"{"usage":{"input_tokens":1,"cached_input_tokens":0}}"#, Codex),
            ("{\n \"sessionId\": \"s\",\n \"messages\": [\n  {\"typ", GeminiDocument),
            (r#"{"response":"r","stats":{"models":{}}}"#, GeminiDocument),
            (r#"{"sessionId":"s","projectHash":"p","startTime":"t"}"#, GeminiLines),
            (r#"{"type":"gemini","id":"a","tokens":{"input":1}}"#, GeminiLines),
            ("{\n\"id\":\"m\",\"sessionID\":\"s\",\"role\":\"assistant\"}", OpenCode),
            (r#"{"type":"session","id":"a","cwd":"/"}"#, Pi),
            (r#"{"type":"message","id":"a","message":{"role":"assistant","usage":{"input":1}}}"#, Pi),
            (r#"{"uuid":"a","sessionId":"s","type":"assistant","usageMetadata":{"promptTokenCount":1}}"#, Qwen),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
        for (text, expected) in [
            ("usage_date_utc,model_version,usage_output_tokens\n", Table(crate::export::Table::AnthropicUsage)),
            ("usage_date_utc,model,token_type,cost_usd\n", Table(crate::export::Table::AnthropicCost)),
            ("start_time,end_time,start_time_iso,end_time_iso\r\n", Table(crate::export::Table::OpenAiUsage)),
            ("generation_id,created_at,tokens_prompt,tokens_completion", Table(crate::export::Table::OpenRouter)),
            ("\"Date\",Slug,Usage,Prompt Tokens,Completion Tokens", Table(crate::export::Table::OpenRouterDays)),
            (r#"{"daily":[{"date":"2026-03-01","inputTokens":1,"modelsUsed":["m"]},{"da"#, Ccusage),
            (r#"[ {"request_id":"r","spend":1,"prompt_tokens":2,"completion_tokens":3"#, LiteLlmDocument),
            (r#"{"request_id":"r","spend":1,"prompt_tokens":2,"completion_tokens":3}"#, LiteLlmLines),
            (r#"{"v":1,"id":"T-1","messages":[{"role":"us"#, Amp),
            (r#"{"id":"x","usageLedger":{"events":[]}}"#, Amp),
            (r#"{"timestamp":1.5,"message":{"type":"StatusUpdate","payload":{}}}"#, Kimi),
            (r#"{"type":"span","traceId":"t","attributes":{}}"#, Copilot),
            (r#"{"model":"m","tokenUsage":{"inputTokens":1}}"#, Droid),
            ("PK\x03\x04xx", Zip),
            ("SQLite format 3\0", Database),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
        for text in ["", "hello", "[1,2]", "{}", r#"{"a":1}"#, "\u{0}\u{0}", r#"{"version":1,"entries":[]}"#] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_folder_decides_only_where_the_content_does_not() {
        let path = Path::new("home/.openclaw/agents/a/sessions/b.jsonl");
        let pi = br#"{"type":"session","id":"a","cwd":"/"}"#;
        assert_eq!(recognise(pi, path, None), Some(Format::OpenClaw));
        assert_eq!(recognise(pi, Path::new("x"), Some(Client::OpenClaw)), Some(Format::OpenClaw));
        assert_eq!(recognise(pi, Path::new("x"), Some(Client::ClaudeCode)), Some(Format::Pi));
        assert_eq!(recognise(br#"{"a":1}"#, Path::new("x"), Some(Client::Codex)), Some(Format::Codex));
        assert_eq!(recognise(b"plain text", Path::new("x"), Some(Client::Codex)), None);
    }
}
