/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** What a request is answered with. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(HttpResponseStatus status, String type, byte[] content) {
  private static final String TEXT = "text/plain; charset=utf-8";

  static Page ok(String type, String content) {
    return new Page(HttpResponseStatus.OK, type, content.getBytes(StandardCharsets.UTF_8));
  }

  static Page text(HttpResponseStatus status, String text) {
    return new Page(status, TEXT, (text + '\n').getBytes(StandardCharsets.UTF_8));
  }

  /** The status alone, in words. */
  static Page text(HttpResponseStatus status) {
    return text(status, status.toString());
  }
}
