/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import io.github.proxyheader.examples.forward.config.TlsConfig.NameConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of TLS. */
final class TlsReader {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private final PemFiles files;

  TlsReader(PemFiles files) {
    this.files = files;
  }

  /** Null if a part is missing or wrong. */
  @Nullable TlsConfig server(Section tls) {
    Path certificate = tls.required("certificate", files::certificates);
    Path key = key(tls, certificate);
    Path clientCa = tls.optional("client_ca", files::certificates);
    boolean clientRequired = tls.optional("client_required", Values::flag, false);
    if (clientRequired && !tls.has("client_ca")) {
      tls.problem("client_required", Code.INVALID_VALUE, "true (expected: client_ca with it)");
    }
    Duration handshakeTimeout =
        tls.optional("handshake_timeout", Values.duration(Values.MILLISECOND), HANDSHAKE_TIMEOUT);
    List<String> alpn = tls.list("alpn", Values::alpn);
    List<NameConfig> names = names(tls.sections("name"));
    tls.end();
    return certificate == null || key == null
        ? null
        : new TlsConfig(certificate, key, clientCa, clientRequired, handshakeTimeout, alpn, names);
  }

  TargetTlsConfig target(Section tls) {
    Path ca = tls.optional("ca", files::certificates);
    String serverName = tls.optional("server_name", TlsReader::serverName);
    tls.end();
    return new TargetTlsConfig(ca, serverName);
  }

  private @Nullable Path key(Section tls, @Nullable Path certificate) {
    return certificate == null
        ? tls.required("key", files::key)
        : tls.required("key", value -> files.key(value, certificate));
  }

  private List<NameConfig> names(List<Section> sections) {
    List<NameConfig> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Section section : sections) {
      String name = section.required("name", TlsReader::namePattern);
      Path certificate = section.required("certificate", files::certificates);
      Path key = key(section, certificate);
      section.end();
      if (name != null && !taken.add(name)) {
        section.problem("name", Code.DUPLICATE, Text.unexpected(name, "each name once"));
      }
      if (name != null && certificate != null && key != null) {
        names.add(new NameConfig(name, certificate, key));
      }
    }
    return names;
  }

  private static String namePattern(Object value) throws InvalidValueException {
    String pattern = Values.text(value).toLowerCase(Locale.ROOT);
    if (!Addresses.isName(pattern.startsWith("*.") ? pattern.substring(2) : pattern)) {
      throw InvalidValueException.of(value, "a host name, or \"*.\" and a domain");
    }
    return pattern;
  }

  private static String serverName(Object value) throws InvalidValueException {
    String name = Values.text(value);
    try {
      if (Addresses.isName(name)) {
        new SNIHostName(name);
        return name;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw InvalidValueException.of(value, "a host name");
  }
}
