/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.minecraft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.examples.inspect.Escapes;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pings of clients with a status that shows their real address, and their logins with a
 * disconnect that does. A connection ends after a fixed time whatever its client does.
 */
final class StatusHandler extends SimpleChannelInboundHandler<Packet> {
  /** The seconds that a connection has from the header on. */
  static final int MAX_SECONDS = 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LEGACY_PROTOCOL = 127;

  private final String motd;
  private final Consumer<String> log;
  private int protocol;
  private boolean statusSent;
  private @Nullable Future<?> deadline;

  StatusHandler(String motd, Consumer<String> log) {
    this.motd = motd;
    this.log = log;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline = ctx.executor().schedule(() -> end(ctx, "time is up"), MAX_SECONDS, TimeUnit.SECONDS);
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    ctx.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Packet packet) {
    if (packet instanceof Packet.Handshake handshake) {
      protocol = handshake.protocol();
    } else if (packet instanceof Packet.StatusRequest) {
      status(ctx);
    } else if (packet instanceof Packet.Ping ping) {
      tell(ctx, "ping");
      ByteBuf answer = ctx.alloc().buffer();
      VarInts.write(answer, 1 + Long.BYTES);
      answer.writeByte(1).writeLong(ping.payload());
      last(ctx, answer);
    } else if (packet instanceof Packet.LoginStart login) {
      tell(ctx, "login of " + Escapes.text(login.name()));
      last(ctx, withText(ctx, json(Map.of("text", greeting(ctx)))));
    } else if (packet instanceof Packet.LegacyPing ping) {
      tell(ctx, "legacy ping");
      last(ctx, legacyAnswer(ctx, ping.versioned()));
    }
  }

  /** Ends a connection with a refused header, hostile bytes or a broken socket. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof ProxyHeaderException) {
      // The decoder has told its listener.
      ctx.close();
    } else {
      end(ctx, "refused: " + Escapes.text(String.valueOf(cause.getMessage())));
    }
  }

  private void status(ChannelHandlerContext ctx) {
    if (statusSent) {
      end(ctx, "refused: asks for the status twice");
      return;
    }
    statusSent = true;
    tell(ctx, "status");
    Map<String, Object> status =
        Map.of(
            "version", Map.of("name", "proxyheader", "protocol", protocol),
            "players", Map.of("max", 0, "online", 0),
            "description", Map.of("text", greeting(ctx)));
    ctx.writeAndFlush(withText(ctx, json(status)));
  }

  private String greeting(ChannelHandlerContext ctx) {
    return motd + " You are " + client(ctx) + '.';
  }

  private ByteBuf legacyAnswer(ChannelHandlerContext ctx, boolean versioned) {
    String greeting = greeting(ctx).replace("\u00a7", "");
    String text =
        versioned
            ? String.join(
                "\0",
                "\u00a71",
                Integer.toString(LEGACY_PROTOCOL),
                "proxyheader",
                greeting,
                "0",
                "0")
            : greeting + "\u00a70\u00a70";
    ByteBuf answer = ctx.alloc().buffer();
    answer.writeByte(0xff).writeShort(text.length());
    answer.writeCharSequence(text, StandardCharsets.UTF_16BE);
    return answer;
  }

  /** Returns a packet of number 0 that holds a text. */
  private static ByteBuf withText(ChannelHandlerContext ctx, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuf content = ctx.alloc().buffer();
    try {
      content.writeByte(0);
      VarInts.write(content, bytes.length);
      content.writeBytes(bytes);
      ByteBuf packet = ctx.alloc().buffer();
      VarInts.write(packet, content.readableBytes());
      return packet.writeBytes(content);
    } finally {
      content.release();
    }
  }

  private static void last(ChannelHandlerContext ctx, ByteBuf answer) {
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private void tell(ChannelHandlerContext ctx, String what) {
    log.accept(client(ctx) + ' ' + what);
  }

  private void end(ChannelHandlerContext ctx, String why) {
    if (ctx.channel().isActive()) {
      tell(ctx, why);
    }
    ctx.close();
  }

  private static String client(ChannelHandlerContext ctx) {
    SocketAddress source = ProxiedAddress.of(ctx.channel()).source();
    return source instanceof InetSocketAddress inet ? NetUtil.toSocketAddressString(inet) : "local";
  }

  private static String json(Map<String, ?> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers are JSON", e);
    }
  }
}
