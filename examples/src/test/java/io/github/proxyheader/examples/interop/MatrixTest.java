/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the files of the matrix together; no program is needed. */
class MatrixTest {
  @Test
  @DisplayName("the matrix has one row for each receiver")
  void rowForEachReceiver() {
    assertThat(Receivers.all().stream().map(receiver -> receiver.program().title()))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(Matrix.rows().keySet());
  }

  @Test
  @DisplayName("each red cell is explained, and nothing else is")
  void redCellsAreExplained() {
    List<String> unexplained = new ArrayList<>();
    Matrix.rows()
        .forEach(
            (receiver, row) ->
                row.forEach(
                    (kind, cell) -> {
                      long notes =
                          Matrix.notes().stream()
                              .filter(note -> note.explains(receiver, kind))
                              .count();
                      if (notes != (Matrix.isRed(kind, cell) ? 1 : 0)) {
                        unexplained.add(
                            receiver + " " + kind + " is " + cell + " and has notes: " + notes);
                      }
                    }));
    assertThat(unexplained).isEmpty();
  }

  @Test
  @DisplayName("notes name receivers of the matrix")
  void notesNameReceivers() {
    assertThat(Matrix.notes().stream().flatMap(note -> note.receivers().stream()))
        .isSubsetOf(Matrix.rows().keySet());
  }

  @Test
  @DisplayName("each receiver over UDP has a row, and an explanation if a cell is red")
  void datagramRows() {
    assertThat(DatagramReceivers.all().stream().map(Program::title))
        .containsExactlyInAnyOrderElementsOf(Datagrams.rows().keySet());
    Datagrams.rows()
        .forEach(
            (receiver, row) ->
                assertThat(Datagrams.note(receiver).isEmpty())
                    .as("%s has no note", receiver)
                    .isEqualTo(
                        row.entrySet().stream()
                            .noneMatch(each -> Datagrams.isRed(each.getKey(), each.getValue()))));
  }

  @Test
  @DisplayName("each piece of evidence for advice stands in the matrix")
  void evidenceStandsInTheMatrix() {
    assertThat(Advice.all()).isNotEmpty();
    assertThat(Advice.all().stream().flatMap(advice -> advice.evidence().stream()))
        .allMatch(Advice::isHeld);
  }
}
