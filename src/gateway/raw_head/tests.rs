use proptest::prelude::*;

use super::*;

fn heads_of(stream: &[u8], cuts: &[usize]) -> (Vec<RawHead>, bool) {
    let heads = Heads::default();
    let mut recorder = Recorder::new(heads.clone());
    let mut from = 0;
    for cut in cuts.iter().copied().chain([stream.len()]) {
        let to = cut.clamp(from, stream.len());
        recorder.feed(&stream[from..to]);
        from = to;
    }
    (std::iter::from_fn(|| heads.take()).collect(), recorder.is_lost())
}

fn only(stream: &str) -> RawHead {
    let (mut heads, _) = heads_of(stream.as_bytes(), &[]);
    assert_eq!(heads.len(), 1, "{stream:?}");
    heads.remove(0)
}

fn sent(head: &RawHead) -> Vec<(String, Vec<u8>)> {
    head.headers().map(|(name, value)| (String::from_utf8(name.to_vec()).unwrap(), value.to_vec())).collect()
}

#[derive(Clone, Debug)]
struct Sent {
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Body,
    line_end: &'static str,
    blank: &'static str,
}

#[derive(Clone, Debug)]
enum Body {
    None,
    Length(Vec<u8>),
    Chunked(Vec<Vec<u8>>, &'static str, &'static str),
}

impl Sent {
    fn all_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        match &self.body {
            Body::None => {}
            Body::Length(bytes) => headers.push(("content-LENGTH".into(), bytes.len().to_string())),
            Body::Chunked(..) => headers.insert(0, ("Transfer-encoding".into(), "Chunked".into())),
        }
        headers
    }

    fn write(&self, out: &mut Vec<u8>) {
        let end = self.line_end;
        out.extend(format!("{}{} {} HTTP/1.1{end}", self.blank, self.method, self.target).bytes());
        for (name, value) in self.all_headers() {
            out.extend(format!("{name}: {value} {end}").bytes());
        }
        out.extend(end.bytes());
        match &self.body {
            Body::None => {}
            Body::Length(bytes) => out.extend(bytes),
            Body::Chunked(chunks, extension, trailer) => {
                for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
                    out.extend(format!("{:X}{extension}\r\n", chunk.len()).bytes());
                    out.extend(chunk);
                    out.extend(b"\r\n");
                }
                out.extend(format!("0\r\n{trailer}\r\n").bytes());
            }
        }
    }
}

fn written(requests: &[Sent]) -> Vec<u8> {
    let mut stream = Vec::new();
    for request in requests {
        request.write(&mut stream);
    }
    stream
}

fn request() -> impl Strategy<Value = Sent> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    let extension = prop::sample::select(vec!["", " \t", ";a=b", " ;x=\"y\""]);
    let trailer = prop::sample::select(vec!["", "X-Sum: 1\r\n", "A: b\r\nC: \r\n"]);
    let body = prop_oneof![
        Just(Body::None),
        bytes().prop_map(Body::Length),
        (prop::collection::vec(bytes(), 0..4), extension, trailer)
            .prop_map(|(c, e, t)| Body::Chunked(c, e, t)),
    ];
    (
        prop::sample::select(vec!["GET", "POST", "X-Odd"]),
        "/[a-zA-Z0-9%/?=&;|]{0,40}",
        prop::collection::vec(("[Xx]-[a-zA-Z0-9_-]{1,20}", "[!-~]([ -~]{0,40}[!-~])?"), 0..12),
        body,
        prop::sample::select(vec!["\r\n", "\n"]),
        prop::sample::select(vec!["", "", "\r\n", "\n\r\n"]),
    )
        .prop_map(|(method, target, headers, body, line_end, blank)| Sent {
            method,
            target,
            headers,
            body,
            line_end,
            blank,
        })
}

proptest! {
    #[test]
    fn pipelined_and_chopped_gives_the_same_heads(
        requests in prop::collection::vec(request(), 1..8),
        cuts in prop::collection::vec(0usize..6000, 0..40),
    ) {
        let stream = written(&requests);
        let mut cuts = cuts;
        cuts.sort_unstable();
        let (heads, lost) = heads_of(&stream, &cuts);
        prop_assert!(!lost);
        prop_assert_eq!(heads.len(), requests.len());
        for (head, request) in heads.iter().zip(&requests) {
            let headers = request.all_headers();
            prop_assert!(head.matches(request.method, &request.target, headers.len()));
            let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
            prop_assert_eq!(sent(head), headers);
            prop_assert_eq!(head.verdict(), Ok(()));
        }
    }

    #[test]
    fn byte_by_byte(requests in prop::collection::vec(request(), 1..4)) {
        let stream = written(&requests);
        let cuts: Vec<_> = (0..stream.len()).collect();
        let whole: Vec<_> = heads_of(&stream, &[]).0.iter().map(|head| head.bytes().clone()).collect();
        let chopped: Vec<_> = heads_of(&stream, &cuts).0.iter().map(|head| head.bytes().clone()).collect();
        prop_assert_eq!(whole, chopped);
    }

    #[test]
    fn random_bytes(stream in prop::collection::vec(any::<u8>(), 0..4000), cuts in prop::collection::vec(0usize..4000, 0..9)) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        heads_of(&stream, &cuts);
    }
}

#[test]
fn verdicts() {
    let verdict = |headers: &str| only(&format!("POST / HTTP/1.1\r\n{headers}\r\n")).verdict();
    assert_eq!(verdict("Content-Length: 3\r\ntransfer-encoding: chunked\r\n"), Err(HeadRefusal::BothLengths));
    assert_eq!(verdict("transfer-encoding: chunked\r\nContent-Length: 3\r\n"), Err(HeadRefusal::BothLengths));
    assert_eq!(verdict("Content-Length: 3\r\nContent-Length: 3\r\n"), Err(HeadRefusal::RepeatedLength));
    assert_eq!(verdict("transfer-encoding: gzip, chunked\r\n"), Err(HeadRefusal::TransferCoding));
    assert_eq!(verdict("transfer-encoding: CHUNKED\r\n"), Ok(()));
    let fill = |n: usize| format!("A:{}\r\n", "x".repeat(n - 6));
    assert_eq!(verdict(&fill(MAX_HEADERS)), Ok(()));
    assert_eq!(verdict(&fill(MAX_HEADERS + 1)), Err(HeadRefusal::HeadersTooLarge));
    let line = |n: usize| only(&format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(n - 14))).verdict();
    assert_eq!(line(MAX_REQUEST_LINE), Ok(()));
    assert_eq!(line(MAX_REQUEST_LINE + 1), Err(HeadRefusal::RequestLineTooLong));
}

#[test]
fn what_hyper_refuses_ends_the_recording() {
    for stream in [
        "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let (heads, lost) = heads_of(stream.as_bytes(), &[]);
        assert!(heads.is_empty() && lost, "{stream:?}");
    }
    let after =
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nGET / HTTP/1.1\r\n\r\n";
    let (heads, lost) = heads_of(after.as_bytes(), &[]);
    assert!(heads.len() == 1 && lost);
}

#[test]
fn targets() {
    let head = only("GET http://a:1/b?c#d HTTP/1.1\r\n\r\n");
    assert!(head.matches("GET", "/b?c", 0));
    assert!(!head.matches("GET", "/b", 0));
    assert!(!head.matches("GET", "/b?c", 1));
    assert!(!head.matches("POST", "/b?c", 0));
    assert!(only("GET http://a HTTP/1.1\r\n\r\n").matches("GET", "/", 0));
    assert!(only("OPTIONS * HTTP/1.1\r\n\r\n").matches("OPTIONS", "*", 0));
    assert!(only("GET /x?u=http://y/z HTTP/1.1\r\n\r\n").matches("GET", "/x?u=http://y/z", 0));
}

#[test]
fn what_nobody_takes_is_bounded() {
    let heads = Heads::default();
    let mut recorder = Recorder::new(heads.clone());
    for _ in 0..100_000 {
        recorder.feed(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(heads.waiting() <= 4 * MAX_RECORDED);
    }
    assert!(recorder.is_lost());
    let endless = vec![b'a'; 8192];
    let mut recorder = Recorder::new(heads);
    recorder.feed(b"GET / HTTP/1.1\r\nA: ");
    (0..10).for_each(|_| recorder.feed(&endless));
    assert!(recorder.is_lost());
}
