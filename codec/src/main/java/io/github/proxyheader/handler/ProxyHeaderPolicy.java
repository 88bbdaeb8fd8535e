/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/**
 * Whether a connection must, may or must not start with a header, and what becomes of it.
 *
 * <p>What becomes of a connection, by what the peer does. It either goes on, with the addresses of
 * the header ("proxied") or the real ones ("direct"), or is closed, for a {@link
 * io.github.proxyheader.protocol.ProxyHeaderException.Reason Reason} or because it was abandoned,
 * which is no failure.
 *
 * <table>
 *   <caption>Policies and outcomes</caption>
 *   <tr><th>The peer sends</th><th>REQUIRE</th><th>USE</th><th>IGNORE</th><th>REJECT</th></tr>
 *   <tr><td>a header with addresses</td>
 *     <td>proxied</td><td>proxied</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>LOCAL, UNSPEC or {@code UNKNOWN}</td>
 *     <td>direct</td><td>direct</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>no header</td>
 *     <td>MISSING</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>a malformed header</td>
 *     <td>what is wrong</td><td>what is wrong</td><td>what is wrong</td><td>UNEXPECTED</td></tr>
 *   <tr><td>half a header, then nothing until the time-out</td>
 *     <td>TIMEOUT</td><td>TIMEOUT</td><td>TIMEOUT</td><td>UNEXPECTED</td></tr>
 *   <tr><td>half a header, then its end or half-close</td>
 *     <td>TRUNCATED</td><td>TRUNCATED</td><td>TRUNCATED</td><td>UNEXPECTED</td></tr>
 *   <tr><td>bytes that a header and others may start with, then nothing until the time-out</td>
 *     <td>TIMEOUT</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>such bytes, then its end or half-close</td>
 *     <td>TRUNCATED</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing until the time-out</td>
 *     <td>SILENT</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing, then its half-close</td>
 *     <td>abandoned</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing, then its end</td>
 *     <td>abandoned</td><td>abandoned</td><td>abandoned</td><td>abandoned</td></tr>
 * </table>
 *
 * <p>{@link #SKIP} goes on directly and {@link #CLOSE} closes as UNTRUSTED whatever the peer does.
 * Where a connection goes on directly, the bytes that came are payload; under IGNORE a header is
 * not. A reset counts as an end, but what came before it is no payload.
 *
 * <p>The protocol text wants this to come from the configuration and never from a guess (rule R7);
 * choose anything but {@link #REQUIRE}, {@link #REJECT} and {@link #CLOSE} only for peers that you
 * trust.
 */
public enum ProxyHeaderPolicy {
  /** No header, no connection. */
  REQUIRE,
  /** A header may be there and is used. Whoever can connect can claim any address. */
  USE,
  /** A header may be there; it is consumed and not used. */
  IGNORE,
  /** A header is refused; without one the connection goes on. */
  REJECT,
  /** The bytes are not looked at; a header would be payload. */
  SKIP,
  /** The connection is closed at once. */
  CLOSE
}
