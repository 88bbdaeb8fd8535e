/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the PROXY protocol header that a connection starts with, tells the handlers behind it who
 * the client is, and leaves the pipeline.
 *
 * <p><b>By default every peer that can connect must send a header, and is believed.</b> Whoever
 * reaches the port can claim any client address. Let only your proxies reach it, or name them with
 * a {@link PolicySelector} such as {@link TrustedProxies}.
 *
 * <pre>{@code
 * ServerBootstrap server = new ServerBootstrap();
 * server.childHandler(
 *     new ChannelInitializer<Channel>() {
 *       @Override
 *       protected void initChannel(Channel channel) {
 *         channel.pipeline().addLast(new ProxyHeaderDecoder(), new GreetingHandler());
 *       }
 *     });
 * }</pre>
 *
 * <p>Add the decoder in front of all other handlers, {@link io.netty.handler.ssl.SslHandler}
 * included, because the header travels outside of TLS. The handlers behind it see, in this order,
 *
 * <ol>
 *   <li>a {@link ProxiedAddress} as user event, once on every connection that goes on; from then on
 *       {@link ProxiedAddress#of(Channel)} returns it,
 *   <li>{@code channelActive}, which is held back until then (see {@link
 *       ReceiverOptions.Builder#holdActive}),
 *   <li>{@code channelRead} with what follows the header, in the buffer that it came in.
 * </ol>
 *
 * <p>Until then they see nothing but {@code channelRegistered} and exceptions: those that handlers
 * in front fire pass, and the decoder itself fires one at most. A connection that ends before its
 * header is complete is neither active nor inactive for the handlers behind. Nothing is fired from
 * {@code handlerAdded}. User events of handlers in front follow {@code channelActive}; at most 16
 * are kept.
 *
 * <p>A bad or late header is one {@link ProxyHeaderException} through {@code exceptionCaught}, then
 * the channel is closed. Bytes that come later are dropped. A peer that closes or resets the
 * connection before its first byte, as health checks do, causes no exception. When the application
 * closes the channel while the header is pending, that counts as an end by the peer.
 *
 * <p>The decoder sees to it that bytes come as long as the header is pending, also without {@code
 * AUTO_READ}. A {@code read()} from behind is passed on after the header if nothing came with it.
 * So is a read that a handler issued before the decoder was added; a decoder that was added late
 * may issue one read that nobody asked for. One case cannot be seen: {@code AUTO_READ} is switched
 * off in the middle of a header by code that is not called through this decoder, and no handler
 * calls {@code read()}. Then the time-out ends the connection.
 *
 * <p>If the time-out passes and the policy lets the connection go on without a header, a header
 * that comes later is refused: see {@link ProxyHeaderPolicy}.
 *
 * <p>A decoder behind another one reads a second header, as a chain of proxies may send. It begins
 * when the first has decided, so the time-outs add up, and a listener that both share is told of
 * the connection twice. If the second finds no header, the {@link ProxiedAddress} of the first
 * stands. If it finds a LOCAL header, the addresses are those of the real connection. A decoder
 * knows its place when it is added, so add the first one first.
 *
 * <p>Each connection needs an instance of its own. The decoder must run on the channel's event loop
 * and cannot stand in the pipeline of a {@link ServerChannel}; in such a place it closes the
 * channel with an {@link IllegalStateException}. An application may take the decoder out of the
 * pipeline on the event loop; what it holds then goes on in order. The decoder keeps the bytes of
 * an incomplete header in a buffer of its own of at most {@link
 * io.github.proxyheader.protocol.ProxyHeaderReader#maxHeaderSize()} bytes, and the settings that
 * {@link ByteToMessageDecoder} has for its cumulation have no effect.
 */
public final class ProxyHeaderDecoder extends AbstractProxyHeaderDecoder {
  /** Creates a decoder with all defaults of {@link ReceiverOptions}. */
  public ProxyHeaderDecoder() {
    this(ReceiverOptions.standard());
  }

  /** Creates a decoder with options, which all decoders of a server should share. */
  public ProxyHeaderDecoder(ReceiverOptions options) {
    super(Objects.requireNonNull(options, "options"));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (Misplacement.of(ctx)) {
      refusePlace(ctx);
      return;
    }
    if (ctx.pipeline().last() != this) {
      reads.expectEarlier();
    }
    if (ctx.channel().isActive() && !isBehindUndecided(ctx)) {
      startLate(ctx);
    }
  }

  private void refusePlace(ChannelHandlerContext ctx) {
    state = DecoderState.CLOSED;
    Misplacement.refuse(ctx);
    if (ctx.channel().isActive() && !(ctx.channel() instanceof ServerChannel)) {
      ctx.channel().eventLoop().execute(() -> options().listener().abandoned(ctx.channel()));
    }
  }

  /** Returns whether a decoder in front of a handler has not decided yet. */
  static boolean isBehindUndecided(ChannelHandlerContext ctx) {
    ProxyHeaderDecoder first = ctx.pipeline().get(ProxyHeaderDecoder.class);
    if (first == null || first == ctx.handler()) {
      return false;
    }
    for (Map.Entry<String, ChannelHandler> entry : ctx.pipeline()) {
      if (entry.getKey().equals(ctx.name())) {
        break;
      }
      if (entry.getValue() instanceof ProxyHeaderDecoder decoder && decoder.state.isUndecided()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    if (activity == Activity.UNKNOWN) {
      activity = Activity.NOT_YET;
    }
    ctx.fireChannelRegistered();
    keepReading(ctx);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (state == DecoderState.GONE) {
      ctx.fireChannelActive();
      return;
    }
    activity = Activity.HELD;
    if (state == DecoderState.NEW && isBehindUndecided(ctx)) {
      if (!options().holdActive()) {
        releaseActive(ctx);
      }
      return; // the decoder in front does not hold it back
    }
    startIfNew(ctx);
    if (begin(ctx) && !options().holdActive()) {
      releaseActive(ctx);
      keepReading(ctx);
    }
  }

  private void startIfNew(ChannelHandlerContext ctx) {
    if (state == DecoderState.NEW && Misplacement.of(ctx)) {
      state = DecoderState.CLOSED; // an executor without order runs handlerAdded later
    } else if (state == DecoderState.NEW) {
      start(ctx);
    }
  }

  /**
   * Takes the bytes of a header. The base class does not gather them: it would copy the payload
   * behind a fragmented header, keep a whole receive buffer for a slow peer's first byte, and pass
   * on what it has before a held {@code channelActive} when the decoder is taken out.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    reads.onMessage(ctx);
    startIfNew(ctx);
    switch (state) {
      case NEW, STARTED -> {
        if (admission.policy() == null
            || admission.policy() == ProxyHeaderPolicy.SKIP
            || options().reportOnly()) {
          held().addMessage(msg); // in front of messages that a call-back may cause
          begin(ctx);
        } else if (begin(ctx)) {
          receive(ctx, msg);
        } else {
          channelRead(ctx, msg);
        }
      }
      case WAITING -> receive(ctx, msg);
      case SELECTING, VALIDATING, PROCEEDING -> held().addMessage(msg);
      case CLOSING, CLOSED -> ReferenceCountUtil.release(msg);
      case GONE -> ctx.fireChannelRead(msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reads.onComplete();
    if (state == DecoderState.GONE) {
      ctx.fireChannelReadComplete();
    } else if (state == DecoderState.WAITING) {
      reads.request(ctx);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (holdsBack()) {
      held().writabilityChanged();
    } else if (!state.isEnding()) {
      ctx.fireChannelWritabilityChanged();
      keepReading(ctx);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ChannelInputShutdownEvent && begin(ctx)) {
      reads.onLost();
      follow(ctx, admission.onHalfClose());
    }
    if (state.isEnding()) {
      ReferenceCountUtil.release(evt);
    } else if (evt instanceof ProxiedAddress && state.isUndecided()) {
      held().addEvent(evt); // of a decoder in front, which has decided now
      if (state == DecoderState.NEW) {
        startLate(ctx);
      }
    } else if (state == DecoderState.VALIDATING || state == DecoderState.PROCEEDING) {
      held().addLateEvent(evt);
    } else if (holdsBack()) {
      held().addEvent(evt);
    } else {
      ctx.fireUserEventTriggered(evt);
      keepReading(ctx);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // only in ChannelHandler, not in ChannelInboundHandler
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state.isHeaderPending() && cause instanceof IOException) {
      follow(ctx, admission.onEnd(cause));
    } else if (state.isUndecided() && cause instanceof ProxyHeaderException) {
      fail(ctx, cause); // a decoder in front has refused the connection
    } else if (state == DecoderState.PROCEEDING && options().hasReplacement()) {
      replacementFailed(ctx, cause);
    } else if (!state.isEnding()) {
      ctx.fireExceptionCaught(cause);
      keepReading(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state.isHeaderPending() || state == DecoderState.CLOSING) {
      state = DecoderState.WAITING;
      ended = true;
      reads.onLost();
      follow(ctx, admission.onEnd(null));
    }
    if (activity.isInactiveExpected()) {
      ctx.fireChannelInactive();
    }
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext ctx) {
    if (activity == Activity.UNKNOWN) {
      activity = Activity.TOLD; // a channelRegistered that follows is not the first
    }
    reads.onLost();
    ctx.fireChannelUnregistered();
  }

  /** Remembers a read from behind. While the header is pending, the decoder reads for itself. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().config().isAutoRead()) {
      reads.onAutoRead();
      ctx.read();
      return;
    }
    switch (state) {
      case STARTED, WAITING -> {
        reads.owe();
        reads.ensure(ctx);
      }
      case SELECTING, VALIDATING, PROCEEDING -> reads.owe();
      case NEW -> {
        reads.owe();
        ctx.read();
      }
      case CLOSING, CLOSED, GONE -> ctx.read();
    }
  }

  /** Treats a close by this side like one by the peer while the header is pending. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    switch (state) {
      case STARTED, WAITING -> {
        state = DecoderState.CLOSING;
        stopTimer();
      }
      case SELECTING, VALIDATING -> endAbandoned(ctx);
      case PROCEEDING -> end();
      case NEW, CLOSING, CLOSED, GONE -> {}
    }
    ctx.close(promise);
  }

  /** Passes on what was held back if somebody else has taken the decoder out. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    boolean open = ctx.channel().isOpen();
    switch (state) {
      case NEW -> {
        if (open) {
          passOn(ctx);
        } else if (isBehindActiveDecoder(ctx)) {
          endAbandoned(ctx); // the decoder in front swallows the channelInactive
        }
      }
      case STARTED, WAITING -> {
        if (open) {
          passOn(ctx);
        } else {
          endAbandoned(ctx);
        }
      }
      case CLOSING -> end();
      case SELECTING, VALIDATING, PROCEEDING, CLOSED, GONE -> {}
    }
  }

  private static boolean isBehindActiveDecoder(ChannelHandlerContext ctx) {
    ProxyHeaderDecoder first = ctx.pipeline().get(ProxyHeaderDecoder.class);
    return first != null && first.state != DecoderState.NEW;
  }

  /** Returns whether the handlers behind must see nothing yet. */
  private boolean holdsBack() {
    return state == DecoderState.VALIDATING
        || state == DecoderState.PROCEEDING
        || state.isUndecided() && options().holdActive();
  }

  /** Reads a header; the base class calls this for bytes that it gathers, and it gathers none. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ProxyHeader header = options().reader().read(in);
    if (header != null) {
      out.add(header);
    }
  }
}
