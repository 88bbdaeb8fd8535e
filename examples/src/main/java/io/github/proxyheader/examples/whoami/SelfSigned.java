/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Makes certificates for local use with the JDK's keytool. */
public final class SelfSigned {
  /** Protects files that only this user can read, and only for as long as the process lives. */
  private static final String PASSWORD = "changeit";

  private static final int LIMIT_SECONDS = 60;

  private SelfSigned() {}

  /**
   * Returns a new certificate for localhost with its key, in files that are deleted at the end of
   * the process.
   *
   * @throws IOException if keytool is missing, fails, or takes more than a minute
   */
  public static WhoAmI.Certificate create() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("whoami");
    directory.toFile().deleteOnExit();
    Path store = directory.resolve("store.p12");
    try {
      keytool(store);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      byte[] key = keys.getKey("whoami", PASSWORD.toCharArray()).getEncoded();
      byte[] certificate = keys.getCertificate("whoami").getEncoded();
      return new WhoAmI.Certificate(
          pem(directory.resolve("certificate.pem"), "CERTIFICATE", certificate),
          pem(directory.resolve("key.pem"), "PRIVATE KEY", key));
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool's file cannot be read", e);
    } finally {
      Files.deleteIfExists(store);
    }
  }

  private static void keytool(Path store) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String[] command = {
      keytool,
      "-genkeypair",
      "-alias",
      "whoami",
      "-keyalg",
      "EC",
      "-groupname",
      "secp256r1",
      "-validity",
      "30",
      "-dname",
      "CN=localhost",
      "-ext",
      "san=dns:localhost,ip:127.0.0.1",
      "-storetype",
      "PKCS12",
      "-storepass",
      PASSWORD,
      "-keystore",
      store.toString()
    };
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("keytool did not make a certificate");
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path pem(Path file, String kind, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    file.toFile().deleteOnExit();
    return file;
  }
}
