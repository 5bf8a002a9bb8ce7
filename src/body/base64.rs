//! Base64 of bodies (RFC 4648 section 4, with padding).

use base64_simd::{AsOut, STANDARD};

use crate::error::{ErrorCode, Fault};
use crate::memory::Lease;

/// Returns the bytes that `text` encodes.
pub(crate) fn decode<'a>(lease: &mut Lease<'a>, text: &[u8]) -> Result<&'a [u8], Fault> {
    let room = lease.bytes(STANDARD.estimated_decoded_length(text.len()))?;
    match STANDARD.decode(text, room.as_out()) {
        Ok(bytes) => Ok(bytes),
        Err(_) => Err(refused(text)),
    }
}

/// Returns the number of bytes that `text` encodes.
#[cfg(feature = "capi")]
pub(crate) fn check(text: &[u8]) -> Result<usize, Fault> {
    STANDARD.check(text).and_then(|()| STANDARD.decoded_length(text)).map_err(|_| refused(text))
}

/// Returns the error of a text that was refused. Its offset is the first byte that cannot continue
/// valid base64.
#[cold]
fn refused(text: &[u8]) -> Fault {
    let value = |byte: &u8| STANDARD.charset().iter().position(|digit| digit == byte);
    let digits = text.iter().take_while(|byte| value(byte).is_some()).count();
    let last = text[..digits].last().and_then(value).unwrap_or(0);
    // Padding may follow two or three digits of a group, unless the last digit has bits that belong
    // to no byte.
    let padding = match digits % 4 {
        2 if last & 0xf == 0 => 2,
        3 if last & 3 == 0 => 1,
        _ => 0,
    };
    let padded = text[digits..].iter().take(padding).take_while(|&&byte| byte == b'=').count();
    Fault::new(ErrorCode::InvalidBase64, digits + padded)
}
