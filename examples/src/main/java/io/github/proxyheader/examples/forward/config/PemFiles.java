/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values that name PEM files; what is in them is checked. */
final class PemFiles {
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern CERTIFICATE = blocksOf("CERTIFICATE");
  private static final Pattern KEY = blocksOf("PRIVATE KEY");

  private final Path folder;

  /** Names in the file are relative to a folder. */
  PemFiles(Path folder) {
    this.folder = folder;
  }

  /** Certificates, one or more. */
  Path certificates(Object value) throws InvalidValueException {
    Path file = Values.file(folder, value);
    firstCertificate(file, value);
    return file;
  }

  /** A private key that belongs to the first certificate of a file. */
  Path key(Object value, Path certificates) throws InvalidValueException {
    Path file = Values.file(folder, value);
    byte[] encoded = encodedKey(file, value);
    PublicKey certified = firstCertificate(certificates, value).getPublicKey();
    try {
      KeyFactory factory = KeyFactory.getInstance(certified.getAlgorithm());
      if (isPair(factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)), certified)) {
        return file;
      }
    } catch (GeneralSecurityException e) {
      // Told below.
    }
    throw InvalidValueException.of(value, "the key of the certificate");
  }

  /** A private key. */
  Path key(Object value) throws InvalidValueException {
    Path file = Values.file(folder, value);
    encodedKey(file, value);
    return file;
  }

  private static Pattern blocksOf(String type) {
    return Pattern.compile("-----BEGIN " + type + "-----([^-]*)-----END " + type + "-----");
  }

  private static Certificate firstCertificate(Path file, Object value)
      throws InvalidValueException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<Certificate> certificates = new ArrayList<>();
      for (byte[] encoded : blocks(CERTIFICATE, file, value)) {
        certificates.add(factory.generateCertificate(new ByteArrayInputStream(encoded)));
      }
      if (!certificates.isEmpty()) {
        return certificates.get(0);
      }
    } catch (CertificateException e) {
      // Told below.
    }
    throw InvalidValueException.of(value, "a file with X.509 certificates in PEM");
  }

  private static byte[] encodedKey(Path file, Object value) throws InvalidValueException {
    List<byte[]> keys = blocks(KEY, file, value);
    if (keys.isEmpty()) {
      throw InvalidValueException.of(
          value, "a file with a private key in PEM, PKCS #8, not encrypted");
    }
    return keys.get(0);
  }

  private static List<byte[]> blocks(Pattern type, Path file, Object value)
      throws InvalidValueException {
    Matcher block = type.matcher(new String(read(file, value), ISO_8859_1));
    List<byte[]> blocks = new ArrayList<>();
    try {
      while (block.find()) {
        blocks.add(Base64.getMimeDecoder().decode(block.group(1)));
      }
    } catch (IllegalArgumentException e) {
      throw InvalidValueException.of(value, "a file in PEM");
    }
    return blocks;
  }

  private static byte[] read(Path file, Object value) throws InvalidValueException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    } catch (IOException e) {
      // Told below.
    }
    throw new InvalidValueException(
        Code.UNREADABLE_FILE, Text.unexpected(value, "a file that can be read, up to 1 MiB"));
  }

  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    byte[] data = "any".getBytes(US_ASCII);
    Signature signature = Signature.getInstance(signatureOf(certified.getAlgorithm()));
    signature.initSign(key);
    signature.update(data);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(data);
    return signature.verify(signed);
  }

  private static String signatureOf(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }
}
