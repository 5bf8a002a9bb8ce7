//! Where the headers of a response come from.

/// A list of names and values: an array, a slice or a vector of pairs of strings or bytes.
///
/// A name is a token (RFC 9110 section 5.1). A value is UTF-8 without control characters other than
/// tabs (section 5.5). A name may occur several times, in any case.
pub trait Headers {
    /// Returns the number of headers.
    fn len(&self) -> usize;

    /// Returns name and value of the header at `index`, which is less than the number of headers.
    fn get(&self, index: usize) -> (&[u8], &[u8]);

    /// Returns whether there are no headers.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn bytes(header: &(impl AsRef<[u8]>, impl AsRef<[u8]>)) -> (&[u8], &[u8]) {
    (header.0.as_ref(), header.1.as_ref())
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const COUNT: usize> Headers for [(N, V); COUNT] {
    fn len(&self) -> usize {
        COUNT
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for &[(N, V)] {
    fn len(&self) -> usize {
        <[(N, V)]>::len(self)
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}
