/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Logs in with a password of the native kind, and asks one question of the process list. */
final class MysqlSession {
  private static final String QUESTION =
      "SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID()";
  private static final int PROTOCOL_41 = 0x200;
  private static final int SECURE_CONNECTION = 0x8000;
  private static final int PLUGIN_AUTH = 0x80000;
  private static final int FIRST_SALT = 8;

  private final Conversation conversation;
  private int position;

  private MysqlSession(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Returns the row of this connection, empty if the server refuses it. */
  static String processList(Conversation conversation) throws InterruptedException {
    return new MysqlSession(conversation).askProcessList();
  }

  private String askProcessList() throws InterruptedException {
    String greeting = packet();
    if (greeting.isEmpty() || greeting.charAt(0) == 0xff) {
      return "";
    }
    int salt = greeting.indexOf('\0', 1) + 5;
    String challenge =
        greeting.substring(salt, salt + FIRST_SALT) + greeting.substring(salt + 27, salt + 39);
    send(1, login("probe", "probe", challenge));
    if (!packet().startsWith("\0")) {
      return "";
    }
    send(0, "\3" + QUESTION);
    StringBuilder rows = new StringBuilder();
    for (int ends = 0; ends < 2; ) {
      String packet = packet();
      if (packet.isEmpty() || packet.charAt(0) == 0xff) {
        return "";
      }
      if (packet.charAt(0) == 0xfe && packet.length() < 9) {
        ends++;
      } else if (ends == 1) {
        rows.append(packet.substring(1)).append('\n');
      }
    }
    return rows.toString();
  }

  private static String login(String user, String password, String challenge) {
    String hash = sha1(password);
    String mask = sha1(challenge + sha1(hash));
    StringBuilder proof = new StringBuilder();
    for (int i = 0; i < hash.length(); i++) {
      proof.append((char) (hash.charAt(i) ^ mask.charAt(i)));
    }
    return number(PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH, 4)
        + number(1 << 24, 4)
        + number(33, 1)
        + "\0".repeat(23)
        + user
        + "\0"
        + number(proof.length(), 1)
        + proof
        + "mysql_native_password\0";
  }

  private void send(int sequence, String body) {
    conversation.send(number(body.length(), 3) + number(sequence, 1) + body);
  }

  /** Returns the next packet without its head, empty if the server closed the connection. */
  private String packet() throws InterruptedException {
    String received = conversation.readUntilLength(position + 4);
    if (received.length() < position + 4) {
      return "";
    }
    int length =
        received.charAt(position)
            | received.charAt(position + 1) << 8
            | received.charAt(position + 2) << 16;
    int end = position + 4 + length;
    received = conversation.readUntilLength(end);
    if (received.length() < end) {
      return "";
    }
    String packet = received.substring(position + 4, end);
    position = end;
    return packet;
  }

  private static String number(int value, int bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes; i++) {
      text.append((char) (value >> 8 * i & 0xff));
    }
    return text.toString();
  }

  private static String sha1(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(ISO_8859_1));
      return new String(hash, ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
