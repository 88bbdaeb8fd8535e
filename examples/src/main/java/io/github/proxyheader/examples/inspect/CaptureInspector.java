/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.HeaderPresence;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the headers of a capture. Each direction of a TCP connection is put together from its
 * segments, until the verdict on its headers is there. The memory is bounded, whatever the capture
 * holds: if there are too many connections or bytes, the oldest connection is judged by what has
 * been seen of it.
 */
final class CaptureInspector implements PacketDecoder.Handler {
  private static final int SYN = 2;
  private static final int MAX_STREAMS = 100_000;
  private static final int MAX_BYTES = 64 << 20;

  private final Dissector dissector;
  private final int limit;
  private final Map<String, TcpStream> streams = new LinkedHashMap<>();
  private final List<Dissection> dissections = new ArrayList<>();
  private long bytes;
  private long keptBytes;
  private long packets;
  private long unknownPackets;
  private int unknownLinkType;
  private long withoutHeader;
  private long fragments;
  private long notShown;
  private long notShownInvalid;

  private CaptureInspector(Dissector dissector, int limit) {
    this.dissector = dissector;
    this.limit = limit;
  }

  /**
   * Reads a capture to its end.
   *
   * @param limit how many connections and datagrams with headers are kept
   */
  static Inspection read(String source, InputStream in, Dissector dissector, int limit)
      throws IOException {
    CaptureInspector inspector = new CaptureInspector(dissector, limit);
    PacketDecoder decoder = new PacketDecoder(inspector);
    CaptureReader.read(in, (linkType, packet) -> inspector.packet(decoder, linkType, packet));
    return inspector.finish(source);
  }

  private void packet(PacketDecoder decoder, int linkType, byte[] packet) {
    packets++;
    if (PacketDecoder.knows(linkType)) {
      decoder.packet(linkType, packet);
    } else {
      unknownPackets++;
      unknownLinkType = linkType;
    }
  }

  private Inspection finish(String source) throws InputException {
    if (packets > 0 && packets == unknownPackets) {
      throw new InputException("the link type " + unknownLinkType + " is not supported");
    }
    streams.values().forEach(this::end);
    return new Inspection(
        source,
        Inspection.Format.PCAP,
        List.copyOf(dissections),
        new Inspection.Capture(packets, withoutHeader, fragments, notShown, notShownInvalid));
  }

  @Override
  public void segment(String source, String destination, int sequence, int flags, byte[] payload) {
    String key = source + " > " + destination;
    boolean syn = (flags & SYN) != 0;
    int start = syn ? sequence + 1 : sequence;
    TcpStream stream = streams.get(key);
    if (stream != null && syn && !stream.startsAt(start)) { // another connection of the same ports
      end(stream);
      streams.remove(key);
      stream = null;
    }
    if (stream == null) {
      if (!syn && payload.length == 0) {
        return;
      }
      stream = new TcpStream(key, start, syn);
      makeRoom();
      streams.put(key, stream);
    }
    if (stream.isDone() || payload.length == 0) {
      return;
    }
    bytes += stream.add(start, payload);
    judge(stream);
    makeRoom();
  }

  private void judge(TcpStream stream) {
    if (stream.length() == 0) {
      return;
    }
    if (dissector.detect(stream.buffer(), stream.length()) == HeaderPresence.ABSENT
        || stream.isFull()
        || !dissector.needsMore(stream.buffer(), stream.length())) {
      end(stream);
    }
  }

  private void end(TcpStream stream) {
    if (stream.isDone()) {
      return;
    }
    if (dissector.detect(stream.buffer(), stream.length()) == HeaderPresence.PRESENT) {
      keep(dissector.stream(stream.title(), stream.bytes()));
    } else if (stream.length() > 0) {
      withoutHeader++;
    }
    bytes -= stream.finish();
  }

  private void makeRoom() {
    Iterator<TcpStream> oldest = streams.values().iterator();
    while (oldest.hasNext() && (streams.size() >= MAX_STREAMS || bytes > MAX_BYTES)) {
      end(oldest.next());
      oldest.remove();
    }
  }

  private void keep(Dissection dissection) {
    if (dissections.size() < limit && keptBytes + dissection.bytes().length <= MAX_BYTES) {
      keptBytes += dissection.bytes().length;
      dissections.add(dissection);
    } else {
      notShown++;
      notShownInvalid += dissection.isValid() ? 0 : 1;
    }
  }

  @Override
  public void datagram(String source, String destination, byte[] payload) {
    if (dissector.detect(payload, payload.length) == HeaderPresence.PRESENT) {
      keep(dissector.datagram(source + " > " + destination + " UDP", payload));
    } else {
      withoutHeader++;
    }
  }

  @Override
  public void fragment() {
    fragments++;
  }
}
