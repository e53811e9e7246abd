//! The X11 protocol: values and bytes.
