// SPDX-License-Identifier: MIT

//! schnorrkel as its users call it, from bytes to a verdict, for a program in C++ to time. Every
//! pointer has to be valid for the length that stands beside it here.

use schnorrkel::{
    signing_context, verify_batch, ExpansionMode, Keypair, MiniSecretKey, PublicKey, Signature,
};
use std::slice::from_raw_parts;

const CONTEXT: &[u8] = b"substrate";

/// A key pair of 32 secret bytes, until `yuma_schnorrkel_free`, and its public key.
///
/// # Safety
/// `seed` points to 32 bytes, `public` to room for as many.
#[no_mangle]
pub unsafe extern "C" fn yuma_schnorrkel_key(seed: *const u8, public: *mut u8) -> *mut Keypair {
    let mini = MiniSecretKey::from_bytes(from_raw_parts(seed, 32)).expect("32 bytes");
    let pair = mini.expand_to_keypair(ExpansionMode::Ed25519);
    std::ptr::copy_nonoverlapping(pair.public.to_bytes().as_ptr(), public, 32);
    Box::into_raw(Box::new(pair))
}

/// # Safety
/// `key` is from `yuma_schnorrkel_key` and not yet freed.
#[no_mangle]
pub unsafe extern "C" fn yuma_schnorrkel_free(key: *mut Keypair) {
    drop(Box::from_raw(key));
}

/// # Safety
/// `key` as above; `message` points to `size` bytes, `signature` to room for 64.
#[no_mangle]
pub unsafe extern "C" fn yuma_schnorrkel_sign(
    key: *const Keypair,
    message: *const u8,
    size: usize,
    signature: *mut u8,
) {
    let made = (*key).sign_simple(CONTEXT, from_raw_parts(message, size));
    std::ptr::copy_nonoverlapping(made.to_bytes().as_ptr(), signature, 64);
}

/// # Safety
/// `public` points to 32 bytes, `message` to `size`, `signature` to 64.
#[no_mangle]
pub unsafe extern "C" fn yuma_schnorrkel_verify(
    public: *const u8,
    message: *const u8,
    size: usize,
    signature: *const u8,
) -> bool {
    let (Ok(public), Ok(signature)) = (
        PublicKey::from_bytes(from_raw_parts(public, 32)),
        Signature::from_bytes(from_raw_parts(signature, 64)),
    ) else {
        return false;
    };
    public
        .verify_simple(CONTEXT, from_raw_parts(message, size), &signature)
        .is_ok()
}

/// All of `count` signatures at once; their messages have `size` bytes each.
///
/// # Safety
/// `publics` points to 32 bytes a signature, `messages` to `size`, `signatures` to 64.
#[no_mangle]
pub unsafe extern "C" fn yuma_schnorrkel_verify_batch(
    count: usize,
    publics: *const u8,
    messages: *const u8,
    size: usize,
    signatures: *const u8,
) -> bool {
    let publics: Result<Vec<_>, _> = from_raw_parts(publics, 32 * count)
        .chunks_exact(32)
        .map(PublicKey::from_bytes)
        .collect();
    let signatures: Result<Vec<_>, _> = from_raw_parts(signatures, 64 * count)
        .chunks_exact(64)
        .map(Signature::from_bytes)
        .collect();
    let (Ok(publics), Ok(signatures)) = (publics, signatures) else {
        return false;
    };
    let context = signing_context(CONTEXT);
    let transcripts = from_raw_parts(messages, size * count)
        .chunks_exact(size)
        .map(|message| context.bytes(message));
    verify_batch(transcripts, &signatures, &publics, false).is_ok()
}
