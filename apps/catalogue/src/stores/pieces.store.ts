import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { PIECES, type PieceDoc } from './piece-doc';

/** Pieces in MongoDB; their files are in GridFS. */
@Injectable()
export class PiecesStore implements OnModuleInit {
  constructor(@InjectModel(PIECES) private readonly model: Model<PieceDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  async insert(piece: PieceDoc): Promise<void> {
    await this.model.create(piece);
  }

  /** False when it was swept away. */
  async setReady(id: Types.ObjectId): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne({ _id: id }, { $set: { ready: true, createdAt: new Date() } });
    return matchedCount > 0;
  }

  /** The fewest that lead on from the commit `after` without a gap, as far as there are any. */
  async chain(versionId: string, after: number): Promise<PieceDoc[]> {
    const behind = await this.model.find({ versionId, to: { $gt: after }, ready: true }).lean<PieceDoc[]>();
    const chain: PieceDoc[] = [];
    for (let next = after + 1; ; ) {
      const fitting = behind.filter(({ from, to }) => from <= next && to >= next);
      const [longest] = fitting.sort((a, b) => b.to - a.to || a.from - b.from);
      if (!longest) return chain;
      chain.push(longest);
      next = longest.to + 1;
    }
  }

  /** Lists pieces that are not needed: their makers did not come to an end since then, or a larger one has been there since. */
  async dispensable(before: { unfinished: Date; covered: Date }): Promise<PieceDoc[]> {
    const unfinished = await this.model
      .find({ ready: false, createdAt: { $lt: before.unfinished } })
      .lean<PieceDoc[]>();
    const ready = new Map<string, PieceDoc[]>();
    for (const piece of await this.model.find({ ready: true }).lean<PieceDoc[]>()) {
      ready.set(piece.versionId, [...(ready.get(piece.versionId) ?? []), piece]);
    }
    const covered = [...ready.values()].flatMap((pieces) => {
      return pieces.filter((piece) => pieces.some((other) => other.createdAt < before.covered && covers(other, piece)));
    });
    return [...unfinished, ...covered];
  }

  findOfVersion(versionId: string): Promise<PieceDoc[]> {
    return this.model.find({ versionId }).lean<PieceDoc[]>();
  }

  findOfDataset(datasetId: string): Promise<PieceDoc[]> {
    return this.model.find({ datasetId }).lean<PieceDoc[]>();
  }

  datasetIds(): Promise<string[]> {
    return this.model.distinct('datasetId');
  }

  async remove(id: Types.ObjectId): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }
}

/** Tells whether a piece makes another one needless; of two for the same commits one stays. */
function covers(large: PieceDoc, small: PieceDoc): boolean {
  if (large.from > small.from || large.to < small.to) return false;
  const isSame = large.from === small.from && large.to === small.to;
  return !isSame || String(large._id) < String(small._id);
}
