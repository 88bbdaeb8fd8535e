/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import io.github.proxyheader.examples.Loopback;
import io.github.proxyheader.examples.forward.Forwarder;
import io.github.proxyheader.examples.forward.Rules;
import io.github.proxyheader.examples.forward.config.ForwarderConfig;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that receives headers over TCP, and how it is asked who its client is. */
public final class Receiver {
  private static final int LOG_LIMIT_SECONDS = 30;

  private final Program program;
  private final Dialog dialog;
  private int port = 1;
  private @Nullable String logFile;
  private String logLine = "";

  private Receiver(Program program, Dialog dialog) {
    this.program = program;
    this.dialog = dialog;
  }

  static Receiver of(Program program, Dialog dialog) {
    return new Receiver(program, dialog);
  }

  /** Sets which port is asked, if it is not the first. */
  Receiver port(int number) {
    port = number;
    return this;
  }

  /**
   * Says that not the answer but the log tells who the client is.
   *
   * @param line what only a line has that tells it
   */
  Receiver log(String file, String line) {
    logFile = file;
    logLine = line;
    return this;
  }

  /** Returns the program. */
  public Program program() {
    return program;
  }

  /** Returns the file that tells who the client is, or null if the answer does. */
  @Nullable String logFile() {
    return logFile;
  }

  Dialog dialog() {
    return dialog;
  }

  /** Returns where a running program of this receiver expects headers. */
  public InetSocketAddress address(RunningProgram running) {
    return new InetSocketAddress(Loopback.V4, running.port(port));
  }

  /**
   * Sends a header of a kind, talks with the program, and returns what it says of the client; empty
   * if it refuses the header.
   */
  String ask(EventLoopGroup group, RunningProgram running, Kind kind) throws Exception {
    InetSocketAddress target = address(running);
    return switch (kind.way()) {
      case ENCODER ->
          talk(group, running, target, dialog.opening(), new ProxyHeaderEncoder(kind.header()));
      case ENCODER_ALONE ->
          talk(group, running, target, new byte[0], new ProxyHeaderEncoder(kind.header()));
      case BYTES -> talk(group, running, target, joined(kind.bytes(), dialog.opening()));
      case FORWARDER_V1, FORWARDER_V2, FORWARDER_TLVS -> {
        try (Forwarder forwarder = Forwarder.start(forwarding(kind, target), List.of())) {
          InetSocketAddress front =
              (InetSocketAddress) forwarder.status().rules().get(0).listening();
          yield talk(
              group, running, front, dialog.opening(), new ProxyHeaderEncoder(kind.header()));
        }
      }
    };
  }

  private static ForwarderConfig forwarding(Kind kind, InetSocketAddress target) {
    TargetConfig sent =
        switch (kind.way()) {
          case FORWARDER_V1 -> Rules.version1(target);
          case FORWARDER_TLVS -> Rules.version2(target, HeaderTlv.RECEIVED, HeaderTlv.CRC32C);
          default -> Rules.version2(target);
        };
    return new ForwarderConfig(
        1,
        Transport.AUTO,
        Duration.ZERO,
        null,
        null,
        List.of(Rules.to(sent).trust("127.0.0.0/8").build()));
  }

  private String talk(
      EventLoopGroup group,
      RunningProgram running,
      InetSocketAddress to,
      byte[] first,
      ChannelHandler... handlers)
      throws Exception {
    int known = logFile == null ? 0 : running.read(logFile).length();
    String answer;
    try (Conversation conversation = new Conversation(group, to, first, handlers)) {
      if (first.length == 0 && dialog.opening().length > 0) {
        conversation.awaitRead();
        conversation.send(dialog.opening());
      }
      answer = dialog.hold(conversation);
    }
    return answer.isEmpty() || logFile == null ? answer : awaitLogLine(running, known);
  }

  private String awaitLogLine(RunningProgram running, int known) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOG_LIMIT_SECONDS);
    while (System.nanoTime() - deadline < 0) {
      String fresh = running.read(logFile).substring(known);
      String complete = fresh.substring(0, fresh.lastIndexOf('\n') + 1);
      List<String> told = Arrays.stream(complete.split("\n")).filter(this::tells).toList();
      if (!told.isEmpty()) {
        return String.join("\n", told);
      }
      Thread.sleep(10);
    }
    throw new AssertionError(program + " served the client, but logged no line with " + logLine);
  }

  private boolean tells(String line) {
    return line.contains(logLine);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(second);
    return bytes.toByteArray();
  }

  @Override
  public String toString() {
    return program.title();
  }
}
