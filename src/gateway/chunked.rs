//! Reading a chunked body.

/// State of reading a chunked body, as hyper's decoder has it: bare line feeds are no line ends here.
#[derive(Debug)]
pub(crate) struct Chunked {
    at: At,
    size: u64,
}

#[derive(Debug)]
enum At {
    Start,
    Size,
    Padding,
    Extension,
    SizeEnd,
    Data,
    DataCr,
    DataLf,
    LineStart,
    Trailer,
    TrailerEnd,
    LastLf,
    End,
}

/// Bytes that are no chunked body.
#[derive(Debug)]
pub(crate) struct Broken;

impl Chunked {
    pub(crate) fn new() -> Self {
        Self { at: At::Start, size: 0 }
    }

    /// Takes what belongs to the body off `bytes`; true where the body has ended.
    pub(crate) fn skip(&mut self, bytes: &mut &[u8]) -> Result<bool, Broken> {
        while self.data(bytes)?.is_some() {}
        Ok(self.is_over())
    }

    /// Takes the next piece of the content off `bytes`, and the framing before it. `None` where `bytes` has no more.
    pub(crate) fn data<'b>(&mut self, bytes: &mut &'b [u8]) -> Result<Option<&'b [u8]>, Broken> {
        while !self.is_over()
            && let Some((byte, rest)) = bytes.split_first()
        {
            if let At::Data = self.at {
                let take = bytes.len().min(usize::try_from(self.size).unwrap_or(usize::MAX));
                let (data, rest) = bytes.split_at(take);
                *bytes = rest;
                self.size -= take as u64;
                if self.size == 0 {
                    self.at = At::DataCr;
                }
                return Ok(Some(data));
            }
            *bytes = rest;
            self.at = self.step(*byte)?;
        }
        Ok(None)
    }

    /// Whether the body has ended.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.at, At::End)
    }

    fn step(&mut self, byte: u8) -> Result<At, Broken> {
        Ok(match (&self.at, byte) {
            (At::Start, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.size = 0;
                self.digit(byte)?
            }
            (At::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => self.digit(byte)?,
            (At::Size | At::Padding, b' ' | b'\t') => At::Padding,
            (At::Size | At::Padding | At::Extension, b'\r') => At::SizeEnd,
            (At::Extension, b'\n') => return Err(Broken),
            (At::Size | At::Padding, b';') | (At::Extension, _) => At::Extension,
            (At::SizeEnd, b'\n') if self.size == 0 => At::LineStart,
            (At::SizeEnd, b'\n') => At::Data,
            (At::DataCr, b'\r') => At::DataLf,
            (At::DataLf, b'\n') => At::Start,
            (At::LineStart, b'\r') => At::LastLf,
            (At::Trailer, b'\r') => At::TrailerEnd,
            (At::LineStart | At::Trailer, _) => At::Trailer,
            (At::TrailerEnd, b'\n') => At::LineStart,
            (At::LastLf, b'\n') => At::End,
            _ => return Err(Broken),
        })
    }

    fn digit(&mut self, byte: u8) -> Result<At, Broken> {
        let value = char::from(byte).to_digit(16).ok_or(Broken)?;
        self.size =
            self.size.checked_mul(16).and_then(|size| size.checked_add(value.into())).ok_or(Broken)?;
        Ok(At::Size)
    }
}
