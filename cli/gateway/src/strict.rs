//! Refuses requests whose length can be read in two ways, before hyper parses them (RFC 9112
//! sections 2.2, 6.1 and 7.1).
//!
//! hyper accepts bare line feeds, and drops `Content-Length` where there is `Transfer-Encoding`.
//! [`Scan`] follows the bytes of a connection from a head to its body and the next head. A byte
//! that breaks a rule is replaced by a NUL, which hyper refuses in heads and around chunks, and
//! nothing after it is read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection of a client, whose requests are scanned as they are read.
pub(crate) struct Strict<S> {
    stream: S,
    scan: Scan,
    /// Whether the connection has become a WebSocket.
    is_upgraded: Arc<AtomicBool>,
    is_refused: bool,
}

impl<S> Strict<S> {
    pub(crate) fn new(stream: S, is_upgraded: Arc<AtomicBool>) -> Strict<S> {
        Strict { stream, scan: Scan::default(), is_upgraded, is_refused: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_refused {
            return Poll::Ready(Ok(()));
        }
        let start = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        // A client sends no frame before it has the response to its handshake (RFC 6455 section
        // 4.1).
        if self.is_upgraded.load(Ordering::Acquire) {
            return Poll::Ready(Ok(()));
        }
        if let Err(at) = self.scan.scan(&buffer.filled()[start..]) {
            self.is_refused = true;
            buffer.filled_mut()[start + at] = 0;
            buffer.set_filled(start + at + 1);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Bytes that are kept of a line. Headers that matter are refused if they are longer.
const KEPT: usize = 128;

/// Where a connection is in its requests.
#[derive(Default)]
struct Scan {
    at: At,
    /// The first bytes of the line, without its end.
    line: Vec<u8>,
    is_cut: bool,
    /// Whether the last byte was a carriage return.
    has_return: bool,
    head: Head,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Default)]
enum At {
    /// A request line, or empty lines before it.
    #[default]
    Start,
    Header,
    /// So many bytes of a body with a `Content-Length`.
    Body(u64),
    ChunkSize,
    /// So many bytes of a chunk.
    Chunk(u64),
    /// The line end after a chunk.
    ChunkEnd,
    Trailer,
}

/// The headers of a request that give its length.
#[derive(Default)]
struct Head {
    length: Option<u64>,
    is_chunked: bool,
}

/// A request that is refused.
struct Refused;

impl Scan {
    /// Scans the next bytes; the index of the byte at which they break a rule.
    fn scan(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = (bytes.len() - at) as u64;
            match &mut self.at {
                At::Body(left) | At::Chunk(left) if *left > 0 => {
                    let passed = rest.min(*left);
                    *left -= passed;
                    at += passed as usize;
                }
                At::Body(_) => self.at = At::Start,
                At::Chunk(_) => self.at = At::ChunkEnd,
                _ => {
                    self.byte(bytes[at]).map_err(|Refused| at)?;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// Takes a byte of a line.
    fn byte(&mut self, byte: u8) -> Result<(), Refused> {
        match (self.has_return, byte) {
            (true, b'\n') => {
                self.has_return = false;
                self.at = self.end_of_line()?;
                self.line.clear();
                self.is_cut = false;
            }
            (true, _) | (_, b'\n' | 0) => return Err(Refused),
            (_, b'\r') => self.has_return = true,
            _ if self.line.len() < KEPT => self.line.push(byte),
            _ => self.is_cut = true,
        }
        Ok(())
    }

    /// What comes after the line.
    fn end_of_line(&mut self) -> Result<At, Refused> {
        Ok(match self.at {
            At::Start if self.line.is_empty() => At::Start,
            At::Start => At::Header,
            At::Header if self.line.is_empty() => match std::mem::take(&mut self.head) {
                Head { length: Some(_), is_chunked: true } => return Err(Refused),
                Head { is_chunked: true, .. } => At::ChunkSize,
                Head { length, .. } => At::Body(length.unwrap_or(0)),
            },
            At::Header => {
                self.header()?;
                At::Header
            }
            At::ChunkSize => match self.chunk_size()? {
                0 => At::Trailer,
                size => At::Chunk(size),
            },
            At::ChunkEnd if self.line.is_empty() => At::ChunkSize,
            At::Trailer if self.line.is_empty() => At::Start,
            At::Trailer => At::Trailer,
            At::ChunkEnd | At::Body(_) | At::Chunk(_) => return Err(Refused),
        })
    }

    /// Reads a header line.
    fn header(&mut self) -> Result<(), Refused> {
        let end = self.line.iter().position(|byte| *byte == b':');
        // A longer name does not matter.
        let Some(end) = end else { return if self.is_cut { Ok(()) } else { Err(Refused) } };
        let (name, value) = (&self.line[..end], &self.line[end + 1..]);
        // A name that is not one, or the continuation of the line before.
        if name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
            return Err(Refused);
        }
        let is_length = name.eq_ignore_ascii_case(b"content-length");
        let is_encoding = name.eq_ignore_ascii_case(b"transfer-encoding");
        if !is_length && !is_encoding {
            return Ok(());
        }
        let value = value.trim_ascii();
        let is_repeated = if is_length { self.head.length.is_some() } else { self.head.is_chunked };
        if self.is_cut || is_repeated {
            return Err(Refused);
        }
        if is_length {
            self.head.length = Some(number(value, 10)?);
        } else if value.eq_ignore_ascii_case(b"chunked") {
            self.head.is_chunked = true;
        } else {
            return Err(Refused);
        }
        Ok(())
    }

    /// Reads the line before a chunk. Its extensions, after a semicolon, mean nothing here.
    fn chunk_size(&self) -> Result<u64, Refused> {
        match self.line.iter().position(|byte| *byte == b';') {
            None if self.is_cut => Err(Refused),
            end => number(self.line[..end.unwrap_or(self.line.len())].trim_ascii_end(), 16),
        }
    }
}

/// A number of digits alone: no sign, no space, no underscore.
fn number(digits: &[u8], radix: u32) -> Result<u64, Refused> {
    let digits = str::from_utf8(digits).map_err(|_| Refused)?;
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(Refused);
    }
    u64::from_str_radix(digits, radix).map_err(|_| Refused)
}
